import Basics
import LinearAlgebra
import Weights

/// What the regions of one matrix become: a function of the matrix, the mutation, the kinds' numbers and a seed.
struct RegionMutator {
  let weight: Tensor
  private let parameters: KindParameters
  private let seed: UInt64
  private let smallest: Float
  private let largest: Float
  /// Of all weights; nil where no kind asks for them.
  private let moments: (mean: Double, deviation: Double)?

  /// Reads the whole matrix once, and twice more for its moments. Throws if it holds weights that are not numbers.
  init(weight: Tensor, kinds: some Sequence<Kind>, parameters: KindParameters, seed: UInt64) throws {
    (smallest, largest) = weight.extremes()
    guard smallest.isFinite, largest.isFinite else {
      throw PerturbationsError(
        "cannot mutate \(weight.name) of \(weight.file.path): it holds weights that are not numbers; get the file again"
      )
    }
    moments = kinds.contains { $0 == .mean || $0 == .noise } ? weight.moments() : nil
    self.weight = weight
    self.parameters = parameters
    self.seed = seed
  }

  /// What a file says that a region was set to: a weight, which `signed` turns in some rows; the number of the kind;
  /// not a number where the region keeps its own weights, turned or moved.
  func value(of kind: Kind) -> Float {
    switch kind {
    case .maximum: largest
    case .minimum: smallest
    case .signed: largest.magnitude >= smallest.magnitude ? largest : smallest
    case .zero: 0
    case .mean: Float(moments?.mean ?? .nan)
    case .scale, .noise: parameters[kind] ?? .nan
    case .negate, .shuffle: .nan
    }
  }

  /// The new weights of a region less its old ones, `[rows, columns]`.
  func difference(_ mutation: Mutation) -> Matrix { region(of: mutation) { new, old in new - old } }

  /// The new weights of a region, `[rows, columns]`.
  func newWeights(_ mutation: Mutation) -> Matrix { region(of: mutation) { new, _ in new } }

  /// A matrix of what `element` makes of each new weight and the old one in its place, `[rows, columns]`.
  private func region(of mutation: Mutation, _ element: (_ new: Float, _ old: Float) -> Float) -> Matrix {
    let (region, kind) = (mutation.region, mutation.kind)
    let difference = Matrix(rows: region.rows.count, columns: region.columns.count)
    let weights = difference.view.base
    weight.widen(rows: region.rows, columns: region.columns, into: weights)
    func become(_ newWeight: (_ place: Int, _ old: Float) -> Float) {
      for place in 0..<difference.rows * difference.columns {
        weights[place] = element(newWeight(place, weights[place]), weights[place])
      }
    }
    let value = value(of: kind)
    switch kind {
    case .maximum, .minimum, .zero, .mean: become { _, _ in value }
    case .signed:
      let signed = region.rows.map { isTurned(row: $0, region) ? -value : value }
      become { place, _ in signed[place / difference.columns] }
    case .negate: become { -$1 }
    case .scale: become { value * $1 }
    case .noise:
      let scale = Double(value) * (moments?.deviation ?? .nan)
      become { place, old in
        let (row, column) = place.quotientAndRemainder(dividingBy: difference.columns)
        let counter = counter(
          .noise, region, row: region.rows.lowerBound + row, column: region.columns.lowerBound + column)
        var random = RandomStream(seed: seed, counter: counter)
        return Float(Double(old) + scale * random.shortNormal())
      }
    case .shuffle:
      let shuffled = shuffled(
        Array(UnsafeBufferPointer(start: weights, count: difference.rows * difference.columns)), region)
      become { place, _ in shuffled[place] }
    }
    return difference
  }

  /// Whether `signed` gives a row the other sign.
  private func isTurned(row: Int, _ region: Region) -> Bool {
    let counter = counter(.signed, region, row: row, column: region.columns.lowerBound)
    var random = RandomStream(seed: seed, counter: counter)
    return random.integer(below: 2) == 1
  }

  /// The weights of a region in another order (Fisher and Yates 1938, Durstenfeld 1964).
  private func shuffled(_ weights: [Float], _ region: Region) -> [Float] {
    var weights = weights
    for last in stride(from: weights.count - 1, to: 0, by: -1) {
      let counter = counter(
        .shuffle, region, row: region.rows.lowerBound, column: region.columns.lowerBound, index: last)
      var random = RandomStream(seed: seed, counter: counter)
      weights.swapAt(last, random.integer(below: last + 1))
    }
    return weights
  }

  /// Apart for each kind, layer, matrix and place: a mutation is the same whatever else is screened.
  private func counter(_ kind: Kind, _ region: Region, row: Int, column: Int, index: Int = 0) -> SIMD4<UInt32> {
    let matrix = UInt32(kind.code) << 24 | UInt32(region.matrix.index) << 16 | UInt32(region.layer)
    return SIMD4(UInt32(row), UInt32(column), matrix, UInt32(index))
  }
}

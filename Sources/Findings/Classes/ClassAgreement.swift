import Basics
import LinearAlgebra
import Statistics

/// How much two classifications of the same things agree: the adjusted Rand index (Hubert and Arabie 1985, J. Classif.
/// 2, 193–218), 1 for the same classes, 0 as by chance.
///
/// Things of one input are alike by whatever classification; so the null permutes one of the two within inputs, and the
/// agreement is tested beyond what inputs explain.
public struct ClassAgreement: Sendable {
  /// The number of things that have a class in both.
  public let count: Int
  /// The adjusted Rand index of the two classifications.
  public let index: Double
  /// The mean of the index under the null.
  public let mean: Double
  /// The standard deviation of the null's indices.
  public let deviation: Double
  /// The probability of an index at least this large under the null.
  public let probability: PermutationProbability

  /// A weaker agreement is not called one, however sure it is.
  public static let leastEffect = 0.1

  /// The agreement beyond that of the null, as a part of what is possible beyond it: 0 as if inputs alone made it, 1
  /// for the same classes.
  public var effect: Double { mean < 1 ? (index - mean) / (1 - mean) : .nan }

  /// Whether the agreement is beyond what inputs explain, and large enough to be reported.
  public var isFinding: Bool {
    probability.value <= FalseDiscoveryRate.level && effect >= ClassAgreement.leastEffect
  }

  /// `inputs` are those of the things.
  public init(
    _ first: [UInt8], _ second: [UInt8], within inputs: [Int], seed: UInt64, permutations: Int = 999
  ) {
    precondition(first.count == second.count && first.count == inputs.count, "two classes and an input for each")
    count = first.count
    let observed = ClassAgreement.index(first, second)
    index = observed
    let places = Dictionary(grouping: inputs.indices) { inputs[$0] }.sorted { $0.key < $1.key }.map(\.value)
    let null = (0..<(observed.isNaN ? 0 : permutations)).map { permutation in
      var random = RandomStream(seed: seed, stream: .agreement, index: permutation)
      var permuted = second
      for own in places {
        for place in stride(from: own.count - 1, to: 0, by: -1) {
          permuted.swapAt(own[place], own[random.below(place + 1)])
        }
      }
      return ClassAgreement.index(first, permuted)
    }
    let moments = SampleMoments(null)
    mean = moments.mean
    deviation = moments.variance.squareRoot()
    probability = PermutationProbability(observed, among: null)
  }

  /// Compares two classifications on the continuations that have a class by both.
  init(of one: PhenotypeClasses, with other: PhenotypeClasses, _ continuations: Continuations, seed: UInt64) {
    let numbers = one.classes.indices.filter {
      one.classes[$0] != PhenotypeClasses.unclassified && other.classes[$0] != PhenotypeClasses.unclassified
    }
    self.init(
      numbers.map { one.classes[$0] }, numbers.map { other.classes[$0] },
      within: numbers.map { continuations.input(of: $0) }, seed: seed)
  }

  /// Not a number where there are no two things, or where one of the classifications has them all together or all
  /// apart.
  private static func index(_ first: [UInt8], _ second: [UInt8]) -> Double {
    var cells: [Int] = Array(repeating: 0, count: 1 << 16)
    for (row, column) in zip(first, second) { cells[Int(row) << 8 | Int(column)] += 1 }
    var (rows, columns) = (Array(repeating: 0, count: 256), Array(repeating: 0, count: 256))
    for (place, count) in cells.enumerated() where count > 0 {
      rows[place >> 8] += count
      columns[place & 255] += count
    }
    func pairs(_ counts: [Int]) -> Double { Double(counts.reduce(0) { $0 + $1 * ($1 - 1) / 2 }) }
    let (both, own, other, all) = (pairs(cells), pairs(rows), pairs(columns), pairs([first.count]))
    let expected = own * other / all
    let largest = (own + other) / 2
    return largest > expected ? (both - expected) / (largest - expected) : .nan
  }
}

extension StreamName {
  fileprivate static let agreement: StreamName = "agre"
}

import LinearAlgebra
import Transformer

/// What the regions of one matrix become: a function of the matrix, the mutation, the kinds' numbers and a seed.
package struct RegionMutator {
  let weight: StoredMatrix
  private let parameters: KindParameters
  private let seed: UInt64
  private let matrix: MatrixStatistics

  /// Reads the whole matrix once, and twice more where a kind uses its moments. Throws if it holds weights that are not
  /// numbers.
  package init(weight: StoredMatrix, kinds: some Sequence<Kind>, parameters: KindParameters, seed: UInt64) throws {
    let (smallest, largest) = weight.extremes()
    guard smallest.isFinite, largest.isFinite else {
      throw PerturbationsError(
        "cannot mutate \(weight.name) of \(weight.tensor.file.path): it holds weights that are not numbers; get the "
          + "file again"
      )
    }
    let moments = kinds.contains { $0.definition.usesMoments } ? weight.moments() : nil
    matrix = MatrixStatistics(
      smallest: smallest, largest: largest, mean: moments?.mean ?? .nan, deviation: moments?.deviation ?? .nan)
    self.weight = weight
    self.parameters = parameters
    self.seed = seed
  }

  /// What a file says that a region was set to; see `KindDefinition.value`.
  package func value(of kind: Kind) -> Float { kind.definition.value(in: matrix, parameter: parameters[kind]) }

  /// What a kind makes of each weight, where that is a line through the old ones; nil where it is not.
  package func line(of kind: Kind) -> WeightLine? { kind.definition.line(in: matrix, parameter: parameters[kind]) }

  /// The number by which a kind that multiplies does so.
  func factor(of kind: Kind) -> Float {
    guard let factor = kind.definition.factor(parameter: parameters[kind]) else {
      preconditionFailure("\(kind) multiplies by a number that is known")
    }
    return factor
  }

  /// What takes the place of the inputs that a region's columns read; nil for kinds that change weights.
  func replacedInputs(_ mutation: Mutation) -> [Float]? {
    guard mutation.kind.replacesInputs else { return nil }
    guard let units = parameters.units[mutation.kind] else {
      preconditionFailure("\(mutation.kind) has the numbers at which units are held")
    }
    return units.values(of: mutation.region)
  }

  /// The new weights of a region, `[rows, columns]`.
  func newWeights(_ mutation: Mutation) -> Matrix {
    let region = mutation.region
    let weights = Matrix(rows: region.rows.count, columns: region.columns.count)
    weight.widen(rows: region.rows, columns: region.columns, into: weights.view.base)
    mutation.kind.definition.change(
      RegionWeights(weights.view, of: mutation, matrix: matrix, value: value(of: mutation.kind), seed: seed))
    return weights
  }

  /// The new weights of a region less its old ones, `[rows, columns]`; where inputs are replaced, the weights
  /// themselves, with which what is put in their place less the inputs is multiplied.
  package func difference(_ mutation: Mutation) -> Matrix {
    let region = mutation.region
    let difference = newWeights(mutation)
    if mutation.kind.replacesInputs { return difference }
    let old = Matrix(rows: 1, columns: region.columns.count)
    for (place, row) in region.rows.enumerated() {
      weight.widen(rows: row..<row + 1, columns: region.columns, into: old.view.base)
      let (new, old) = (difference.view.base + place * difference.columns, old.view.base)
      for column in 0..<difference.columns { new[column] -= old[column] }
    }
    return difference
  }
}

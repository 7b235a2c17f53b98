import LinearAlgebra
import Transformer

/// An edit that lets a model compute what a mutant of it would, to the bit and without a copy of the model: the rows of
/// mutated matrices are multiplied anew with the mutated weights.
///
/// Memory: four bytes for each weight of a row that a mutation reaches.
public final class RegionEdit: Hook {
  private struct Key: Hashable {
    let layer: Int
    let matrix: WeightMatrix
  }

  /// Rows of a matrix with their new weights, `[rows, columns]`.
  private struct Part {
    let rows: Range<Int>
    let weights: Matrix
    let bias: [Float]?
  }

  /// The mutations, in the order in which they are made.
  public let mutations: [Mutation]
  private let parts: [Key: [Part]]
  private let workspace: ProductWorkspace
  /// The residual stream before a mutated product is added to it.
  private var stream: Matrix?

  /// Mutates regions of the model that `pass` runs, which it has; where regions overlap, the last mutation holds. The
  /// `seed` is that of random kinds, and `parameters` have a number for each kind that needs one.
  ///
  /// Reads each matrix that is mutated. Throws where one holds weights that are not numbers.
  public init(_ mutations: [Mutation], parameters: KindParameters, seed: UInt64, pass: ForwardPass) throws {
    self.mutations = mutations
    workspace = pass.workspace
    let groups = Dictionary(grouping: mutations) { Key(layer: $0.region.layer, matrix: $0.region.matrix) }
    parts = try Dictionary(
      uniqueKeysWithValues: groups.map { key, own in
        let projection = pass.model.layers[key.layer][key.matrix]
        let mutator = try RegionMutator(
          weight: projection.weight, kinds: own.map(\.kind), parameters: parameters, seed: seed)
        let parts = own.map(\.region.rows).joined.map { rows in
          Part(
            rows: rows, weights: RegionEdit.weights(rows, of: projection, own, mutator),
            bias: projection.bias.map { Array($0[rows]) })
        }
        return (key, parts)
      })
  }

  /// Some rows of a matrix, with those of the mutations that lie in them.
  private static func weights(
    _ rows: Range<Int>, of projection: Projection, _ mutations: [Mutation], _ mutator: RegionMutator
  ) -> Matrix {
    let weights = Matrix(rows: rows.count, columns: projection.columns)
    projection.weight.widen(rows: rows, into: weights.view.base)
    for mutation in mutations where rows.overlaps(mutation.region.rows) {
      let own = mutation.region.rows
      weights[rows: own.lowerBound - rows.lowerBound..<own.upperBound - rows.lowerBound][
        columns: mutation.region.columns
      ].copy(mutator.newWeights(mutation).view.reading)
    }
    return weights
  }

  // MARK: Hook

  /// The products of the mutated matrices.
  public func places(ofLayer layer: Int) -> Set<Place> {
    Set(parts.keys.lazy.filter { $0.layer == layer }.map { .product($0.matrix) })
  }

  /// Keeps the residual stream, to which a mutated product will be added.
  public func expect(_ visit: Visit) {
    let kept = Matrix(rows: visit.values.rows, columns: visit.values.columns)
    kept.view.copy(visit.values.reading)
    stream = kept
  }

  /// Computes the mutated rows anew.
  public func visit(_ visit: Visit) {
    guard case .product(let matrix) = visit.place, let input = visit.input else { return }
    for part in parts[Key(layer: visit.layer, matrix: matrix)] ?? [] {
      let output = visit.values[columns: part.rows]
      if let stream { output.copy(stream.view.reading[columns: part.rows]) }
      output.assignProduct(
        of: input, withTransposeOf: WeightView(part.weights.view.reading), bias: part.bias, adding: stream != nil,
        in: workspace)
    }
    stream = nil
  }
}

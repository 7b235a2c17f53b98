import Archive
import LinearAlgebra
import Perturbations
import Transformer

/// What a kind adds to the weights of a matrix in all regions of a grid.
enum WeightChange {
  /// A number plus a factor times the old weight: of a region only Σ G and Σ W ∘ G are needed.
  case line(constant: Float, factor: Float)
  /// Anything else, `[out, in]`.
  case each(Matrix)

  /// The change that a kind makes in regions of `size`; where it is no line, each region is mutated once.
  init(_ kind: Kind, _ mutator: RegionMutator, layer: Int, matrix: WeightMatrix, grid: RegionCover) {
    if let line = mutator.line(of: kind) {
      self = .line(constant: line.constant, factor: line.factor - 1)
      return
    }
    let change = Matrix(rows: grid.rows, columns: grid.columns)
    for block in 0..<grid.count {
      let region = grid.region(block, layer: layer, matrix: matrix)
      let difference = mutator.difference(Mutation(region: region, kind: kind))
      for (place, row) in region.rows.enumerated() {
        (change.view.row(row) + region.columns.lowerBound).update(
          from: difference.view.row(place), count: region.columns.count)
      }
    }
    self = .each(change)
  }
}

import LinearAlgebra
import Perturbations
import Transformer

/// What is foretold of single mutations of one matrix, whose regions may be any rectangles: `[1, mutation]`.
///
/// A gradient costs two operations for each weight of each region, by direct sums in double precision.
final class RectangleTally: RegionTally {
  let divergence: Matrix
  let margin: Matrix
  let loss: Matrix
  private let mutations: [Mutation]
  /// What each kind makes of weights, where that is a line, or else what is added, `[rows, columns]` of the region.
  private let changes: [Change]

  private enum Change {
    case line(constant: Double, factor: Double)
    case each(Matrix)
  }

  /// The tally of mutations of the matrix that `mutator` is of; those of one region follow one another.
  init(_ mutations: [Mutation], _ mutator: RegionMutator) {
    self.mutations = mutations
    divergence = Matrix(rows: 1, columns: mutations.count)
    margin = Matrix(rows: 1, columns: mutations.count)
    loss = Matrix(rows: 1, columns: mutations.count)
    changes = mutations.map { mutation in
      mutator.line(of: mutation.kind).map { .line(constant: Double($0.constant), factor: Double($0.factor) - 1) }
        ?? .each(mutator.difference(mutation))
    }
  }

  func add(_ gradient: MatrixView, _ weight: StoredMatrix, as use: GradientUse) {
    var (region, sums): (Region?, (plain: Double, weighted: Double)) = (nil, (0, 0))
    for (place, mutation) in mutations.enumerated() {
      if mutation.region != region {
        region = mutation.region
        sums = RectangleTally.sums(gradient, weight, over: mutation.region)
      }
      var moved: Float
      switch changes[place] {
      case .line(let constant, let factor): moved = Float(constant * sums.plain + factor * sums.weighted)
      case .each(let change): moved = RectangleTally.sum(gradient, change, over: mutation.region)
      }
      self.use(&moved, from: place, count: 1, as: use)
    }
  }

  /// Σ G and Σ W ∘ G over a rectangle.
  private static func sums(
    _ gradient: MatrixView, _ weight: StoredMatrix, over region: Region
  ) -> (plain: Double, weighted: Double) {
    let count = region.columns.count
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { weights in
      guard let weights = weights.baseAddress else { return (0, 0) }
      var (plain, weighted) = (0.0, 0.0)
      for row in region.rows {
        weight.widen(rows: row..<row + 1, columns: region.columns, into: weights)
        let gradient = gradient.row(row) + region.columns.lowerBound
        for column in 0..<count {
          plain += Double(gradient[column])
          weighted += Double(weights[column]) * Double(gradient[column])
        }
      }
      return (plain, weighted)
    }
  }

  /// Σ dW ∘ G over a rectangle.
  private static func sum(_ gradient: MatrixView, _ change: Matrix, over region: Region) -> Float {
    var sum = 0.0
    for (place, row) in region.rows.enumerated() {
      let (gradient, change) = (gradient.row(row) + region.columns.lowerBound, change.view.row(place))
      for column in 0..<region.columns.count { sum += Double(change[column]) * Double(gradient[column]) }
    }
    return Float(sum)
  }
}

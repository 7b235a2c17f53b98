import Archive
import LinearAlgebra
import Perturbations
import Transformer

/// What is foretold of all regions of a size in one matrix by several kinds, `[kind, region]`.
///
/// A gradient costs two additions and a product for each weight, whatever the size, and a few operations for each
/// mutation. Sums over the rows of a block are in single precision and in their order, those over its columns in
/// double.
final class GridTally: RegionTally {
  let cover: RegionCover
  let divergence: Matrix
  let margin: Matrix
  let loss: Matrix
  private let changes: [WeightChange]
  /// A row of weights.
  private let weights: Matrix
  /// Sums over the rows of a block of G, of W ∘ G, and of what each kind that is no line adds, ∘ G: `[sum, columns]`.
  private let sums: Matrix
  /// Sums over the columns of a block too, `[sum, column block]`.
  private let blockSums: Matrix
  private let moved: Matrix

  /// The tally of regions that cover a matrix; there is a change for each kind.
  init(_ cover: RegionCover, changes: [WeightChange]) {
    self.cover = cover
    self.changes = changes
    divergence = Matrix(rows: changes.count, columns: cover.count)
    margin = Matrix(rows: changes.count, columns: cover.count)
    loss = Matrix(rows: changes.count, columns: cover.count)
    weights = Matrix(rows: 1, columns: cover.columns)
    let others = changes.count { if case .each = $0 { true } else { false } }
    sums = Matrix(rows: 2 + others, columns: cover.columns)
    blockSums = Matrix(rows: 2 + others, columns: cover.columnBlocks)
    moved = Matrix(rows: 1, columns: cover.columnBlocks)
  }

  func add(_ gradient: MatrixView, _ weight: StoredMatrix, as use: GradientUse) {
    precondition(gradient.rows == cover.rows && gradient.columns == cover.columns, "[out, in]")
    for block in 0..<cover.rowBlocks {
      sums.view.base.update(repeating: 0, count: sums.rows * sums.columns)
      for row in cover.rows(ofBlock: block) { addRow(row, gradient, weight) }
      addColumns()
      var other = 2
      for (kind, change) in changes.enumerated() {
        move(by: change, other: &other)
        self.use(moved.view.base, from: kind * cover.count + block * cover.columnBlocks, count: moved.columns, as: use)
      }
    }
  }

  // MARK: Sums

  private func addRow(_ row: Int, _ gradient: MatrixView, _ weight: StoredMatrix) {
    let (gradient, weights, count) = (gradient.row(row), weights.view.base, cover.columns)
    weight.widen(rows: row..<row + 1, into: weights)
    let (plain, weighted) = (sums.view.row(0), sums.view.row(1))
    for column in 0..<count {
      plain[column] += gradient[column]
      weighted[column] += weights[column] * gradient[column]
    }
    var other = 2
    for case .each(let change) in changes {
      let (added, sum) = (change.view.row(row), sums.view.row(other))
      for column in 0..<count { sum[column] += added[column] * gradient[column] }
      other += 1
    }
  }

  private func addColumns() {
    for row in 0..<sums.rows {
      let (from, to) = (sums.view.row(row), blockSums.view.row(row))
      guard cover.width > 1 else {
        to.update(from: from, count: cover.columns)
        continue
      }
      for block in 0..<cover.columnBlocks {
        var sum = 0.0
        for column in cover.columns(ofBlock: block) { sum += Double(from[column]) }
        to[block] = Float(sum)
      }
    }
  }

  /// The predicted change of the scalar by one kind in each region of a block of rows.
  private func move(by change: WeightChange, other: inout Int) {
    let moved = moved.view.base
    switch change {
    case .line(let constant, let factor):
      let (plain, weighted) = (blockSums.view.row(0), blockSums.view.row(1))
      for block in 0..<cover.columnBlocks { moved[block] = constant * plain[block] + factor * weighted[block] }
    case .each:
      moved.update(from: blockSums.view.row(other), count: cover.columnBlocks)
      other += 1
    }
  }
}

import Basics
import Perturbations

/// How much every unit does on the rows of each task.
package struct RowImportance: Sendable {
  /// The units.
  let grid: UnitGrid
  /// The mean magnitude of every unit over the positions of each row, `[row][flat unit]`. Rows are equally long.
  let rows: [[Double]]
  /// The mean over all rows, `[flat unit]`.
  let mix: [Double]

  /// Takes magnitudes of units on rows.
  package init(_ grid: UnitGrid, rows: [[Double]]) {
    self.grid = grid
    self.rows = rows
    mix = RowImportance.mean(of: rows.indices, rows, count: grid.count)
  }

  /// Added to the mix, so that a unit that does nothing is nobody's.
  static let epsilon = 1e-3

  /// The score of every unit for a task that has some of the rows: its mean magnitude there, over that on all rows.
  func score(of members: [Int]) -> [Double] {
    var score = RowImportance.mean(of: members, rows, count: grid.count)
    for unit in score.indices { score[unit] /= mix[unit] + RowImportance.epsilon }
    return score
  }

  private static func mean(of members: some Collection<Int>, _ rows: [[Double]], count: Int) -> [Double] {
    var mean = [Double](repeating: 0, count: count)
    for row in members {
      let own = rows[row]
      for unit in 0..<count { mean[unit] += own[unit] }
    }
    for unit in 0..<count { mean[unit] /= Double(members.count) }
    return mean
  }
}

/// The units of all layers in the order of their scores for each task, the best first.
package struct TaskOrders: Sendable {
  /// The units.
  let grid: UnitGrid
  /// The order of the flat units, `[task][place]`.
  package let flat: [[Int]]

  /// Orders units by the scores of each task, `[task][flat unit]`.
  init(_ grid: UnitGrid, scores: [[Double]]) {
    self.grid = grid
    flat = scores.map(Ranking.order)
  }

  /// The first share of the units of all layers together, as flat units, `[task]`.
  func selected(_ share: Fraction) -> [ArraySlice<Int>] { flat.map { $0.prefix(share.share(of: grid.count)) } }

  /// The mean score of the units of each task at each share, `[share][task]`: how many times as much they do on its
  /// rows as on all.
  func specificities(_ scores: [[Double]], _ shares: [Fraction]) -> [[Double]] {
    shares.map { share in
      zip(scores, selected(share)).map { own, units in units.reduce(0) { $0 + own[$1] } / Double(units.count) }
    }
  }

  /// The units of each layer in the order of their scores for a task, `[layer][place]`.
  func byLayer(_ task: Int) -> [[Int]] {
    var orders = [[Int]](repeating: [], count: grid.layerCount)
    for unit in flat[task] { orders[unit / grid.width].append(unit % grid.width) }
    return orders
  }
}

import Basics
import Foundation

/// How many of a task's units are another task's too.
package struct TaskOverlap: Equatable, Sendable {
  /// |A ∩ B| / |A| of the units of each two tasks, `[task][other]`.
  package let matrix: [[Double]]

  /// Compares the units of tasks, `[task]`, of which all have as many.
  package init(_ selected: [ArraySlice<Int>], unitCount: Int) {
    let isSelected = selected.map { units in
      var marks = [Bool](repeating: false, count: unitCount)
      for unit in units { marks[unit] = true }
      return marks
    }
    matrix = selected.map { units in
      isSelected.map { marks in Double(units.count { marks[$0] }) / Double(units.count) }
    }
  }

  /// The overlap of each task with the others, row-major without the diagonal.
  var others: [Double] { TaskOverlap.others(matrix) }
  /// The mean of the tasks with the others.
  package var mean: Double { others.reduce(0, +) / Double(others.count) }
  /// The median of the tasks with the others.
  package var median: Double {
    let sorted = others.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
  /// The population standard deviation of the tasks with the others.
  package var deviation: Double {
    let mean = mean
    return (others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(others.count)).squareRoot()
  }

  /// The elements of a square off its diagonal.
  static func others(_ matrix: [[Double]]) -> [Double] {
    matrix.enumerated().flatMap { row, values in
      values.enumerated().compactMap { column, value in row == column ? nil : value }
    }
  }

  /// The mean of the tasks with the others, without the matrix: of pseudo-tasks there are many.
  package static func mean(of selected: [ArraySlice<Int>], unitCount: Int) -> Double {
    var takers = [Int](repeating: 0, count: unitCount)
    for units in selected { for unit in units { takers[unit] += 1 } }
    let shared = takers.reduce(0) { $0 + $1 * ($1 - 1) }
    return Double(shared) / Double((selected.first?.count ?? 0) * selected.count * (selected.count - 1))
  }

  /// What the matrix would be on average if each task's units were dealt anew within cells: Σ a_c b_c / n_c over the
  /// cells c, over |A|. `cells` is the cell of each flat unit.
  package static func expected(_ selected: [ArraySlice<Int>], cells: [Int]) -> [[Double]] {
    let cellCount = (cells.max() ?? 0) + 1
    func counts(_ units: some Sequence<Int>) -> [Double] {
      var counts = [Double](repeating: 0, count: cellCount)
      for unit in units { counts[cells[unit]] += 1 }
      return counts
    }
    let sizes = counts(cells.indices)
    let taken = selected.map(counts)
    return taken.map { one in
      taken.map { other in
        let shared = sizes.indices.reduce(0) { sum, cell in
          sizes[cell] > 0 ? sum + one[cell] * other[cell] / sizes[cell] : sum
        }
        return shared / one.reduce(0, +)
      }
    }
  }
}

extension RowImportance {
  /// The layer of each flat unit, as a cell.
  var layerCells: [Int] { (0..<grid.count).map { $0 / grid.width } }

  /// The layer and the twentieth of its units, ranked by the mix, of each flat unit, as a cell.
  var rateCells: [Int] {
    let parts = 20
    var cells = [Int](repeating: 0, count: grid.count)
    for layer in 0..<grid.layerCount {
      let range = grid.numbers(ofLayer: layer)
      for (rank, unit) in Ranking.order(by: Array(mix[range])).enumerated() {
        cells[range.lowerBound + unit] = layer * parts + parts * rank / grid.width
      }
    }
    return cells
  }
}

import Foundation
import Perturbations
import Statistics
import Transformer

/// The blocks of one axis of one matrix in one pool of kinds, and what their shares of non-silent verdicts should be.
///
/// The shares are compared as log odds. From each is taken what the totals of the other axis give its regions, so that
/// it does not matter which of them a sample screened. What is left of column blocks follows a line against the
/// logarithm of their drive, because a constant region adds its value times Σ x_J to its rows; of row blocks, which a
/// matrix answers to by itself, nothing is known beforehand but that they are draws from one distribution.
struct BlockExpectations {
  /// The verdicts of each block; none where no region of it was screened.
  let verdicts: [Proportion]
  let matrix: Proportion
  let margins: BlockMargins
  /// The outliers among the blocks that were screened.
  let outlying: Outliers
  /// Blocks that were screened, ascending.
  let screened: [Int]

  /// The row blocks of `cells`, each with its drive where that is known.
  init(_ cells: MatrixCells, drive: [Double]?) {
    let margins = BlockMargins(cells)
    self.margins = margins
    verdicts = (0..<cells.rowBlocks).map { row in
      let values = cells.row(row).filter { $0 >= 0 }
      return Proportion(count: values.reduce(0) { $0 + Int($1) }, total: values.count * cells.verdictCount)
    }
    matrix = verdicts.reduce(Proportion(), +)
    let screened = verdicts.indices.filter { [verdicts] in verdicts[$0].total > 0 }
    self.screened = screened
    let dispersion = BlockExpectations.dispersion(cells)
    let blocks = screened.map { [verdicts] in verdicts[$0] }
    let values = zip(screened, blocks).map { block, own in
      own.dampedLogOdds - Proportion.dampedLogOdds(margins.expectation(block).mean, of: Double(own.total))
    }
    // Of the block's own share or of the matrix', whichever says less of the block: where verdicts are rare on one
    // side, the other takes a chance excess for a sure one.
    let variances = blocks.map { [matrix] own in
      [own, matrix].map { BlockExpectations.variance(share: $0.dampedShare, total: own.total) }.reduce(0, max)
        * dispersion
    }
    let known =
      drive.map { drive in drive.count == cells.rowBlocks && drive.allSatisfy { $0.isFinite && $0 > 0 } } ?? false
    outlying = Outliers(
      values, variances: variances,
      form: known ? drive.map { drive in .line(screened.map { log(drive[$0]) }) } ?? .constant : .constant)
  }

  /// The share of a block that would give it some log odds beyond what its margins give.
  func share(_ block: Int, beyondMargins odds: Double) -> Double {
    let total = Double(verdicts[block].total)
    return 1 / (1 + exp(-odds - Proportion.dampedLogOdds(margins.expectation(block).mean, of: total)))
  }

  /// The variance of the log odds of independent verdicts.
  private static func variance(share: Double, total: Int) -> Double { 1 / (Double(total) * share * (1 - share)) }

  /// Variance of the verdicts on a region about what its row and its column give, over that of independent verdicts
  /// (Pearson's statistic over its degrees of freedom); at least 1.
  private static func dispersion(_ cells: MatrixCells) -> Double {
    let (rows, columns) = (cells.rowBlocks, cells.columnBlocks)
    var rowSums = Array(repeating: 0.0, count: rows)
    var columnSums = Array(repeating: 0.0, count: columns)
    var (rowCounts, columnCounts) = (rowSums, columnSums)
    var (sum, count) = (0.0, 0.0)
    func forEach(_ body: (Int, Int, Double) -> Void) {
      for (index, value) in cells.values.enumerated() where value >= 0 {
        body(index / columns, index % columns, Double(value))
      }
    }
    forEach { row, column, value in
      rowSums[row] += value
      columnSums[column] += value
      rowCounts[row] += 1
      columnCounts[column] += 1
      sum += value
      count += 1
    }
    let degrees =
      count - Double(rowCounts.count { $0 > 0 }) - Double(columnCounts.count { $0 > 0 }) + 1
    guard sum > 0, degrees > 0 else { return 1 }
    let most = Double(cells.verdictCount)
    var statistic = 0.0
    forEach { row, column, value in
      let mean = rowSums[row] / rowCounts[row] * (columnSums[column] / columnCounts[column]) / (sum / count)
      let expected = min(max(mean, 0.5 / most), most - 0.5 / most)
      statistic += (value - expected) * (value - expected) / (expected * (1 - expected / most))
    }
    return max(1, statistic / degrees)
  }
}

/// What rows would hold if the values of each column were permuted over its rows.
struct BlockMargins {
  private let distributions: [PermutationSum]
  private let places: [Int]

  init(_ cells: MatrixCells) {
    let columns = (0..<cells.columnBlocks).map { column in
      (0..<cells.rowBlocks).map { cells.values[$0 * cells.columnBlocks + column] }.filter { $0 >= 0 }
    }
    // Rows with the same regions screened have the same distribution: one, where all were.
    var known: [[Bool]: Int] = [:]
    var distributions: [PermutationSum] = []
    places = (0..<cells.rowBlocks).map { row in
      let pattern = cells.row(row).map { $0 >= 0 }
      if let place = known[pattern] { return place }
      distributions.append(PermutationSum(zip(columns, pattern).filter(\.1).map(\.0)))
      known[pattern] = distributions.count - 1
      return distributions.count - 1
    }
    self.distributions = distributions
  }

  func expectation(_ row: Int) -> PermutationSum { distributions[places[row]] }
}

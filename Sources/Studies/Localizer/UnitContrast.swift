import LinearAlgebra
import Statistics

/// How differently each unit answers to two conditions: Welch's t, and how many units differ.
package struct UnitContrast: Equatable, Sendable {
  /// The share of false ones among units that are said to differ.
  package static let rate = 0.05

  /// Welch's t of the first condition less the second, `[unit]`.
  package let t: [Double]
  /// Its two-sided probability, `[unit]`.
  package let probabilities: [Double]
  /// Whether Benjamini and Hochberg's procedure says that the unit differs, over all units of the site, `[unit]`.
  package let differs: [Bool]

  /// Compares rows of one condition with those of another, `[row, unit]`, at least two each.
  package init(_ first: DoubleMatrix, _ second: DoubleMatrix, _ mode: AnswerMode) {
    precondition(first.columns == second.columns && first.rows > 1 && second.rows > 1, "rows of the same units")
    let (one, other) = (ColumnMoments(first, mode), ColumnMoments(second, mode))
    let tests = (0..<first.columns).map { unit in
      WelchTest(
        means: (one.means[unit], other.means[unit]), variances: (one.variances[unit], other.variances[unit]),
        counts: (first.rows, second.rows))
    }
    t = tests.map(\.t)
    probabilities = tests.map(\.probability)
    differs = FalseDiscoveryRate.adjusted(probabilities).map { $0 <= UnitContrast.rate }
  }

  /// How many units differ.
  package var discoveries: Int { differs.count { $0 } }
}

/// Means and unbiased variances of the columns of a matrix.
struct ColumnMoments: Sendable {
  let means: [Double]
  let variances: [Double]

  /// Takes `[row, column]`. Deviations are from the first row, so that a column that never moves has a variance of 0.
  init(_ matrix: DoubleMatrix, _ mode: AnswerMode = .signed) {
    let n = Double(matrix.rows)
    let shifts = matrix[row: 0].map(mode.value)
    var (sums, squares) = (
      [Double](repeating: 0, count: matrix.columns), [Double](repeating: 0, count: matrix.columns)
    )
    for row in 1..<max(1, matrix.rows) {
      for (column, value) in matrix[row: row].enumerated() {
        let deviation = mode.value(value) - shifts[column]
        sums[column] += deviation
        squares[column] += deviation * deviation
      }
    }
    means = zip(shifts, sums).map { $0 + $1 / n }
    variances = zip(sums, squares).map { max(0, $1 - $0 * $0 / n) / (n - 1) }
  }
}

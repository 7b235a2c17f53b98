import Basics
import LinearAlgebra
import Statistics

/// How many units seem to differ between two conditions when it is drawn anew which rows belong to which: what chance
/// makes of as many rows of these very activations.
package struct LabelPermutation: Sendable {
  /// The rows of both conditions, `[row, unit]`, less the mean of each unit, activations and magnitudes.
  private let values: [DoubleMatrix]
  private let firstCount: Int

  /// Units that are looked at together.
  private static let blockWidth = 2048
  /// Where |t| is smaller, no Student variable has a probability as small as the rate.
  private static let leastT = 1.95

  /// Takes the rows of both conditions, `[row, unit]`.
  package init(_ first: DoubleMatrix, _ second: DoubleMatrix) {
    firstCount = first.rows
    let both = DoubleMatrix(
      rows: first.rows + second.rows, columns: first.columns, values: first.values + second.values)
    values = AnswerMode.allCases.map { mode in
      let means = ColumnMoments(both, mode).means
      var centred = both
      for row in 0..<both.rows {
        for unit in 0..<both.columns { centred[row, unit] = mode.value(both[row, unit]) - means[unit] }
      }
      return centred
    }
  }

  /// How many units differ, by activation and by magnitude together, in each of some draws.
  package func discoveries(draws: Range<Int>) -> [Int] {
    let labels = self.labels(draws)
    return values.map { discoveries($0, labels) }.reduce(draws.map { _ in 0 }) { zip($0, $1).map { $0 + $1 } }
  }

  /// 1 where a row is of the first condition, `[draw, row]`.
  private func labels(_ draws: Range<Int>) -> DoubleMatrix {
    var labels = DoubleMatrix(rows: draws.count, columns: values[0].rows)
    for (place, draw) in draws.enumerated() {
      var stream = RandomStream(seed: 0, stream: .conditionLabels, index: draw)
      for row in stream.permutation(labels.columns).prefix(firstCount) { labels[place, row] = 1 }
    }
    return labels
  }

  private func discoveries(_ values: DoubleMatrix, _ labels: DoubleMatrix) -> [Int] {
    var small = [[Double]](repeating: [], count: labels.rows)
    for start in stride(from: 0, to: values.columns, by: Self.blockWidth) {
      let block = values[columns: start..<min(start + Self.blockWidth, values.columns)]
      let squares = DoubleMatrix(rows: block.rows, columns: block.columns, values: block.values.map { $0 * $0 })
      let ones = DoubleMatrix(rows: 1, columns: block.rows, repeating: 1)
      let parts = (labels.times(block), labels.times(squares))
      let all = (ones.times(block), ones.times(squares))
      for draw in 0..<labels.rows {
        for unit in 0..<block.columns {
          let first = (parts.0[draw, unit], parts.1[draw, unit])
          let test = test(first, (all.0[0, unit] - first.0, all.1[0, unit] - first.1), of: all.1[0, unit])
          if abs(test.t) > Self.leastT { small[draw].append(test.probability) }
        }
      }
    }
    return small.map { probabilities in
      let rest = values.columns - probabilities.count
      return FalseDiscoveryRate.adjusted(
        probabilities + [1], counts: [Int](repeating: 1, count: probabilities.count) + [rest]
      ).dropLast().count { $0 <= UnitContrast.rate }
    }
  }

  /// Welch's test from the sums and sums of squares of both parts; `whole` is the sum of squares of both.
  private func test(_ first: (Double, Double), _ second: (Double, Double), of whole: Double) -> WelchTest {
    let (n, m) = (Double(firstCount), Double(values[0].rows - firstCount))
    func variance(_ part: (Double, Double), _ count: Double) -> Double {
      let squares = part.1 - part.0 * part.0 / count
      // What is left of a part that does not vary is rounding.
      return squares > 1e-13 * whole ? squares / (count - 1) : 0
    }
    return WelchTest(
      means: (first.0 / n, second.0 / m), variances: (variance(first, n), variance(second, m)),
      counts: (firstCount, values[0].rows - firstCount))
  }
}

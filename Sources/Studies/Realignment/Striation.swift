import Basics
import Foundation
import Statistics

/// How far the additions at all layers go by index, as stripes do, rather than by layer.
struct Striation {
  /// What part of a variance lies between indices, and between layers.
  struct Split: Equatable {
    let index: Double
    let layer: Double
    /// The part between indices of numbers without any structure.
    let expected: Double

    /// The part between indices beyond that, of what is beyond it.
    var excess: Double { (index - expected) / (1 - expected) }

    init(_ values: [[Double]]) {
      let (layers, indices) = (Double(values.count), Double(values[0].count))
      let mean = values.joined().reduce(0, +) / (layers * indices)
      let total = values.joined().reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let between = values[0].indices.reduce(0.0) { sum, index in
        let own = values.reduce(0) { $0 + $1[index] } / layers - mean
        return sum + own * own
      }
      let along = values.reduce(0.0) { sum, row in
        let own = row.reduce(0, +) / indices - mean
        return sum + own * own
      }
      (index, layer) = (layers * between / total, indices * along / total)
      expected = (indices - 1) / (indices * layers - 1)
    }
  }

  /// The mean addition, `[layer][index]`.
  let additions: [[Double]]
  /// The split of additions.
  let split: Split
  /// The split of their magnitudes.
  let magnitudeSplit: Split
  /// How far the layers of an index agree in sign, 0 … 1, mean over indices; and what fair coins would give.
  let agreement: (value: Double, expected: Double)
  /// The mean magnitude over layers of each index.
  let scores: [Double]
  /// Spearman's correlation of the scores with what indices are like without additions, by name.
  let correlations: [(name: String, value: Double)]

  init(_ additions: [[Double]], _ covariates: [(name: String, values: [Double])]) {
    self.additions = additions
    let magnitudes = additions.map { $0.map { abs($0) } }
    split = Split(additions)
    magnitudeSplit = Split(magnitudes)
    let count = additions.count
    let scores = additions[0].indices.map { index in magnitudes.reduce(0) { $0 + $1[index] } / Double(count) }
    self.scores = scores
    let signs = additions[0].indices.map { index in
      abs(additions.reduce(0.0) { $0 + ($1[index] > 0 ? 1 : $1[index] < 0 ? -1 : 0) }) / Double(count)
    }
    agreement = (signs.reduce(0, +) / Double(signs.count), Striation.coins(count))
    correlations = covariates.map { ($0.name, Striation.spearman(scores, $0.values)) }
  }

  /// The share of the greatest score's square in the sum of squares.
  var topShare: Double {
    let greatest = scores.max() ?? 0
    return greatest * greatest / scores.reduce(0) { $0 + $1 * $1 }
  }

  /// The mean of |heads − tails| over the number of fair coins.
  private static func coins(_ count: Int) -> Double {
    var (choose, sum) = (1.0, 0.0)
    for heads in 0...count {
      sum += choose * Double(abs(2 * heads - count))
      choose *= Double(count - heads) / Double(heads + 1)
    }
    return sum / exp2(Double(count)) / Double(count)
  }

  /// Spearman's rank correlation; equal values have the mean of their ranks.
  static func spearman(_ one: [Double], _ other: [Double]) -> Double { Correlation(ranksOf: one, other).value }
}

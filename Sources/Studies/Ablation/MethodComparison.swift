import Foundation
import Statistics

/// The comparison of methods by the means of their curves, paired over random orders of the units.
package struct MethodComparison {
  /// The means of the curves, by method and random order.
  private let means: [[Double]]
  /// The number of pairs among which those that are compared were chosen by looking.
  package let pairs: Int

  /// Compares methods whose curves have these means, `[method][order]`, at one of so many sites.
  package init(_ means: [[Double]], sites: Int) {
    self.means = means
    pairs = means.count * (means.count - 1) / 2 * sites
  }

  /// The methods from the one that hurts least to the one that hurts most.
  package var order: [Int] {
    means.indices.sorted { means[$0].reduce(0, +) < means[$1].reduce(0, +) }
  }

  /// What the curve of one method is above that of another in the mean.
  func difference(_ one: Int, _ other: Int) -> Double {
    let own = differences(one, other)
    return own.reduce(0, +) / Double(max(own.count, 1))
  }

  /// The two-sided probability of such a difference by a paired t test over random orders, corrected for all pairs
  /// (Bonferroni); nil for a single order, which can tell nothing.
  package func probability(_ one: Int, _ other: Int) -> Double? {
    let own = differences(one, other)
    guard own.count > 1 else { return nil }
    let n = Double(own.count)
    let mean = difference(one, other)
    let error = (own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
    guard mean != 0 else { return 1 }
    return min(1, 2 * Double(pairs) * TailProbability.student(abs(mean) / error, degrees: n - 1))
  }

  /// Whether a difference is told. Methods are compared on one text, on which no two do quite the same even to a model
  /// without training; so the level is 1 %.
  package func stands(_ one: Int, _ other: Int) -> Bool {
    probability(one, other).map { $0 <= FalseDiscoveryRate.level } ?? false
  }

  private func differences(_ one: Int, _ other: Int) -> [Double] { zip(means[one], means[other]).map { $0 - $1 } }
}

import Foundation

/// Pearson's correlation of two variables, with its interval by Fisher's transformation (1921, Metron 1, 3–32).
public struct Correlation: Equatable, Sendable {
  /// The correlation, from −1 to 1; not a number where a variable does not vary.
  public let value: Double
  /// The interval of 95 %; not a number with fewer than four pairs. It supposes independent pairs, and is descriptive
  /// where they are not.
  public let interval: Interval

  /// Takes sums over `count` pairs: of each variable, of the squares of each, and of the products of both.
  public init(count: Int, sums: (Double, Double), squares: (Double, Double), products: Double) {
    let count = Double(count)
    let variances = (
      squares.0 - sums.0 * sums.0 / count, squares.1 - sums.1 * sums.1 / count
    )
    guard variances.0 > 1e-12 * squares.0, variances.1 > 1e-12 * squares.1 else {
      value = .nan
      interval = Interval(low: .nan, high: .nan)
      return
    }
    let raw = (products - sums.0 * sums.1 / count) / (variances.0 * variances.1).squareRoot()
    value = min(1, max(-1, raw))
    guard count > 3 else {
      interval = Interval(low: .nan, high: .nan)
      return
    }
    let half = Interval.normalQuantile / (count - 3).squareRoot()
    interval = Interval(low: tanh(atanh(value) - half), high: tanh(atanh(value) + half))
  }

  /// Takes two variables of the same number of values, pair by pair.
  public init(_ first: [Double], _ second: [Double]) {
    precondition(first.count == second.count, "pairs")
    // About the means, so that no digits are lost.
    let means = (first.mean, second.mean)
    let (left, right) = (first.map { $0 - means.0 }, second.map { $0 - means.1 })
    self.init(
      count: first.count, sums: (0, 0),
      squares: (Correlation.squares(left, about: means.0), Correlation.squares(right, about: means.1)),
      products: zip(left, right).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// The sum of the squares of deviations from a mean; 0 where they are what rounding leaves of values that are equal.
  private static func squares(_ deviations: [Double], about mean: Double) -> Double {
    let rounding = 1e-12 * abs(mean)
    return deviations.reduce(0) { $0 + $1 * $1 } > rounding * rounding * Double(deviations.count)
      ? deviations.reduce(0) { $0 + $1 * $1 } : 0
  }

  /// The correlation of the ranks of two variables (Spearman 1904, Am. J. Psychol. 15, 72–101); the interval is that of
  /// Pearson's. Equal values share the mean of their ranks.
  public init(ranksOf first: [Double], _ second: [Double]) { self.init(first.midRanks, second.midRanks) }
}

extension [Double] {
  /// The rank of each number, from 1; equal ones have the mean of their ranks, and none may be NaN.
  public var midRanks: [Double] {
    let order = indices.sorted { (self[$0], $0) < (self[$1], $1) }
    var (ranks, start) = (Array(repeating: 0.0, count: count), 0)
    while start < order.count {
      var end = start + 1
      while end < order.count, self[order[end]] == self[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}

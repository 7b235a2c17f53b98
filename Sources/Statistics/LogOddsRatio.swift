import Foundation

/// How much likelier verdicts of one set are non-silent than those of another: the logarithm of the ratio of their
/// odds.
public struct LogOddsRatio: Equatable, Sendable {
  /// Natural logarithm; 0 where both sets have the same odds, not a number where one of them has no verdicts.
  public let value: Double
  /// Of 95 %, by the normal approximation; as descriptive as `Proportion.wilsonInterval`, for the same reason.
  public let interval: Interval

  /// Adds ½ to each of the four counts, which keeps the ratio finite and nearly unbiased (Haldane 1956, Ann. Hum.
  /// Genet. 20, 309–311; Anscombe 1956, Biometrika 43, 461–464).
  public init(of verdicts: Proportion, against others: Proportion) {
    guard verdicts.total > 0, others.total > 0 else {
      value = .nan
      interval = Interval(low: .nan, high: .nan)
      return
    }
    let cells = [verdicts.nonSilent, verdicts.silent, others.nonSilent, others.silent].map { Double($0) + 0.5 }
    value = log(cells[0]) - log(cells[1]) - log(cells[2]) + log(cells[3])
    let deviation = cells.reduce(0) { $0 + 1 / $1 }.squareRoot()
    interval = Interval(
      low: value - Interval.normalQuantile * deviation, high: value + Interval.normalQuantile * deviation)
  }
}

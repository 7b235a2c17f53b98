import Foundation

/// How much likelier a property is in one set than in another: the logarithm of the ratio of the odds.
public struct LogOddsRatio: Equatable, Sendable {
  /// Natural logarithm; 0 where both sets have the same odds, not a number where one of them is empty.
  public let value: Double
  /// The interval of 95 % by the normal approximation, which supposes independent draws; see
  /// `Proportion.wilsonInterval`.
  public let interval: Interval

  /// Adds ½ to each of the four counts, which keeps the ratio finite and nearly unbiased (Haldane 1956, Ann. Hum.
  /// Genet. 20, 309–311; Anscombe 1956, Biometrika 43, 461–464).
  public init(of own: Proportion, against others: Proportion) {
    guard own.total > 0, others.total > 0 else {
      value = .nan
      interval = Interval(low: .nan, high: .nan)
      return
    }
    let cells = [own.count, own.rest, others.count, others.rest].map { Double($0) + 0.5 }
    value = log(cells[0]) - log(cells[1]) - log(cells[2]) + log(cells[3])
    let deviation = cells.reduce(0) { $0 + 1 / $1 }.squareRoot()
    interval = Interval(
      low: value - Interval.normalQuantile * deviation, high: value + Interval.normalQuantile * deviation)
  }
}

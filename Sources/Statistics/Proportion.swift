import Foundation

/// How many of some things have a property, such as the verdicts that are non-silent.
public struct Proportion: Equatable, Sendable {
  /// Things that have the property.
  public var count: Int
  /// All things.
  public var total: Int

  /// Takes a count and a total; an empty proportion by default.
  public init(count: Int = 0, total: Int = 0) {
    self.count = count
    self.total = total
  }

  /// Things that do not have the property.
  public var rest: Int { total - count }

  /// The share of the things that have it, from 0 to 1; not a number where there are no things.
  public var share: Double { total > 0 ? Double(count) / Double(total) : .nan }

  /// Both sets of things together.
  public static func + (left: Proportion, right: Proportion) -> Proportion {
    Proportion(count: left.count + right.count, total: left.total + right.total)
  }

  /// The things of the left set that are not in the right one, which is a part of it.
  public static func - (left: Proportion, right: Proportion) -> Proportion {
    Proportion(count: left.count - right.count, total: left.total - right.total)
  }

  /// Adds the things of another set.
  public static func += (left: inout Proportion, right: Proportion) { left = left + right }

  // MARK: Odds

  /// The natural logarithm of the odds with half a count added to either side, so that it is finite (Haldane 1956, Ann.
  /// Hum. Genet. 20, 309–311; Anscombe 1956, Biometrika 43, 461–464).
  public var dampedLogOdds: Double { Proportion.dampedLogOdds(Double(count), of: Double(total)) }

  /// The share with half a count added to either side, so that it is neither 0 nor 1.
  public var dampedShare: Double { (Double(count) + 0.5) / Double(total + 1) }

  /// The same logarithm for a count that is expected and need not be whole.
  public static func dampedLogOdds(_ count: Double, of total: Double) -> Double {
    log((count + 0.5) / (total - count + 0.5))
  }

  // MARK: Interval

  /// The score interval of 95 % on the share (Wilson 1927, J. Am. Stat. Assoc. 22, 209–212).
  ///
  /// It supposes independent draws. Where things depend on one another, as the mutations of one matrix do, it describes
  /// how much the number of things says, and is no test.
  public var wilsonInterval: Interval {
    guard total > 0 else { return Interval(low: .nan, high: .nan) }
    let count = Double(total)
    let square = Interval.normalQuantile * Interval.normalQuantile
    let scale = 1 / (1 + square / count)
    let center = scale * (share + square / (2 * count))
    let spread = share * (1 - share) / count + square / (4 * count * count)
    let half = scale * Interval.normalQuantile * spread.squareRoot()
    // Exact ends where rounding would leave a last digit.
    return Interval(low: self.count == 0 ? 0 : center - half, high: rest == 0 ? 1 : center + half)
  }
}

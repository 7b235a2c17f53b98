/// The non-silent among some verdicts.
public struct Proportion: Equatable, Sendable {
  public var nonSilent: Int
  public var total: Int

  public init(nonSilent: Int = 0, total: Int = 0) {
    self.nonSilent = nonSilent
    self.total = total
  }

  /// The silent ones.
  public var silent: Int { total - nonSilent }

  /// From 0 to 1; not a number without verdicts.
  public var share: Double { total > 0 ? Double(nonSilent) / Double(total) : .nan }

  public static func + (left: Proportion, right: Proportion) -> Proportion {
    Proportion(nonSilent: left.nonSilent + right.nonSilent, total: left.total + right.total)
  }

  public static func - (left: Proportion, right: Proportion) -> Proportion {
    Proportion(nonSilent: left.nonSilent - right.nonSilent, total: left.total - right.total)
  }

  /// The score interval of 95 % on the share (Wilson 1927, J. Am. Stat. Assoc. 22, 209–212).
  ///
  /// It supposes independent draws. The mutations of a matrix are none: neighbouring regions share rows, columns and
  /// inputs. So the interval describes how much the number of verdicts says, and is no test.
  public var wilsonInterval: Interval {
    guard total > 0 else { return Interval(low: .nan, high: .nan) }
    let count = Double(total)
    let square = Interval.normalQuantile * Interval.normalQuantile
    let scale = 1 / (1 + square / count)
    let center = scale * (share + square / (2 * count))
    let spread = share * (1 - share) / count + square / (4 * count * count)
    let half = scale * Interval.normalQuantile * spread.squareRoot()
    // Exact ends where rounding would leave a last digit.
    return Interval(low: nonSilent == 0 ? 0 : center - half, high: silent == 0 ? 1 : center + half)
  }
}

/// An interval of 95 %.
public struct Interval: Equatable, Sendable {
  public let low: Double
  public let high: Double

  /// Beyond which, on both sides, a standard normal variable lies with a probability of 5 %.
  static let normalQuantile = 1.959963984540054
}

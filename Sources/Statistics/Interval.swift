/// A confidence interval of 95 %.
public struct Interval: Equatable, Sendable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// Takes both ends; they are not numbers where there is no interval.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// The value beyond which, on both sides together, a standard normal variable lies with a probability of 5 %.
  public static let normalQuantile = 1.959963984540054
}

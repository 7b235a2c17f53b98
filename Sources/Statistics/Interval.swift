import Basics

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

extension StreamName {
  /// The samples of bootstrap intervals.
  static let bootstrap: StreamName = "boot"
}

extension Interval {
  private static let drawCount = 999

  /// The interval of the mean of independent values by the percentiles of 999 samples of them with replacement, always
  /// the same ones (Efron 1979, Ann. Stat. 7, 1–26). No numbers with fewer than ten values, whose samples are too
  /// alike.
  public init(bootstrapping values: [Double]) {
    guard values.count >= 10 else {
      self.init(low: .nan, high: .nan)
      return
    }
    var random = RandomStream(seed: 0, stream: .bootstrap, index: 0)
    let means = (0..<Interval.drawCount).map { _ in
      var sum = 0.0
      for _ in values.indices { sum += values[random.below(values.count)] }
      return sum / Double(values.count)
    }
    self.init(low: means.quantile(0.025), high: means.quantile(0.975))
  }
}

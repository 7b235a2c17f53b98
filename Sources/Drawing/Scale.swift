import Foundation

/// Values of an axis to pixels.
public struct Scale: Sendable {
  /// The value at `start`.
  public let low: Double
  /// The value at `end`, above `low`.
  public let high: Double
  /// The pixel of the lowest value.
  public let start: Double
  /// The pixel of the highest value.
  public let end: Double
  /// Whether `low` and `high` are decimal logarithms, and so is what is placed.
  public let isLogarithmic: Bool

  /// Takes both ends; where they are equal the scale is 1 wide.
  public init(from low: Double, to high: Double, start: Double, end: Double, isLogarithmic: Bool = false) {
    self.isLogarithmic = isLogarithmic
    self.low = low
    self.high = high > low ? high : low + 1
    self.start = start
    self.end = end
  }

  /// The pixel of a value, also outside of the ends.
  public func place(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }

  /// What is placed there, no logarithm.
  public func value(_ tick: Double) -> Double { isLogarithmic ? pow(10, tick) : tick }

  /// About `count` round values inside; on a logarithmic scale the logarithms of 1, 2 and 5 times powers of ten, if
  /// there is room, and of other round values if these are less than three.
  public func ticks(_ count: Int) -> [Double] {
    if isLogarithmic, high - low < Double(count) {
      let factors = high - low < Double(count) / 2 ? [1.0, 2, 5] : [1]
      let decades = Int(low.rounded(.down))...Int(high.rounded(.up))
      let ticks = decades.flatMap { decade in factors.map { Double(decade) + log10($0) } }.filter {
        $0 >= low && $0 <= high
      }
      return ticks.count > 2 ? ticks : ticksOfOneDecade(count)
    }
    let rough = (high - low) / Double(max(count, 1))
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard step > 0, step.isFinite, last >= first, last - first < 100, abs(first) < 1e12 else { return [low, high] }
    return (Int(first)...Int(last)).map { Double($0) * step }
  }

  /// The logarithms of round values, for a scale too short for powers of ten.
  private func ticksOfOneDecade(_ count: Int) -> [Double] {
    Scale(from: pow(10, low), to: pow(10, high), start: 0, end: 1).ticks(count).filter { $0 > 0 }.map { log10($0) }
  }

  /// The range of the numbers among values, with some room at both ends; 0 to 1 where there is none.
  static func range(of values: [Double], room share: Double = 0.04) -> (low: Double, high: Double) {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
    let room = max((high - low) * share, high > low ? 0 : 0.5)
    return (low - room, high + room)
  }
}

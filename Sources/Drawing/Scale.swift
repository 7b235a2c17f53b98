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
  /// there is room.
  public func ticks(_ count: Int) -> [Double] {
    if isLogarithmic, high - low < Double(count) {
      let factors = high - low < Double(count) / 2 ? [1.0, 2, 5] : [1]
      let decades = Int(low.rounded(.down))...Int(high.rounded(.up))
      return decades.flatMap { decade in factors.map { Double(decade) + log10($0) } }.filter { $0 >= low && $0 <= high }
    }
    let rough = (high - low) / Double(max(count, 1))
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard step > 0, step.isFinite, last >= first, last - first < 100, abs(first) < 1e12 else { return [low, high] }
    return (Int(first)...Int(last)).map { Double($0) * step }
  }
}

/// A horizontal axis: faint lines through the plot, and what they stand for below.
public struct Axis: Sendable {
  /// The scale that places values.
  public let scale: Scale
  /// What the values are.
  public let title: String
  /// Formats a tick label.
  public let label: @Sendable (Double) -> String

  /// Lines from `top` to `bottom` and labels below, in pixels.
  public func marks(top: Double, bottom: Double) -> [Mark] {
    let lines = scale.ticks(5).flatMap { value in
      let x = scale.place(value)
      return [
        Mark.line(x1: x, y1: top, x2: x, y2: bottom, stroke: .faint),
        .text(label(scale.value(value)), x: x, y: bottom + 14, anchor: .middle, size: 10, fill: .quiet),
      ]
    }
    return lines + [
      .text(title, x: (scale.start + scale.end) / 2, y: bottom + 29, anchor: .middle, size: 11, fill: .quiet)
    ]
  }
}

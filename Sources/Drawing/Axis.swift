import Foundation

/// An axis: faint lines through the plot at round values, and what these stand for beside it.
public struct Axis: Sendable {
  /// What an axis says.
  public struct Words: Sendable {
    /// What the axis shows.
    public let title: String
    /// Formats a tick label.
    public var label: @Sendable (Double) -> String = { Numeral.plain($0) }
    /// Whether places go by logarithms; what is not above 0 is left out then.
    public var isLogarithmic = false

    /// Takes the title of an axis and how its values are written.
    public init(
      title: String, label: @escaping @Sendable (Double) -> String = { Numeral.plain($0) }, isLogarithmic: Bool = false
    ) {
      self.title = title
      self.label = label
      self.isLogarithmic = isLogarithmic
    }

    /// What a scale places for a value: its decimal logarithm where the axis goes by these.
    func place(_ value: Double) -> Double {
      isLogarithmic ? (value > 0 ? log10(value) : .nan) : value
    }
  }

  /// The scale that places values.
  public let scale: Scale
  /// What the values are; empty for no title.
  public let title: String
  /// Formats a tick label.
  public let label: @Sendable (Double) -> String
  /// About how many lines there are.
  public var tickCount = 5

  /// Takes the scale, and how its values are called and written.
  public init(
    scale: Scale, title: String, label: @escaping @Sendable (Double) -> String = { Numeral.plain($0) },
    tickCount: Int = 5
  ) {
    self.scale = scale
    self.title = title
    self.label = label
    self.tickCount = tickCount
  }

  /// The lines' pixels along the axis, with their labels.
  var ticks: [(place: Double, label: String)] {
    scale.ticks(tickCount).map { (scale.place($0), label(scale.value($0))) }
  }

  /// The marks of a horizontal axis: lines from `top` to `bottom` and labels below, in pixels.
  public func marks(top: Double, bottom: Double) -> [Mark] {
    let lines = ticks.flatMap { x, label in
      [
        Mark.line(x1: x, y1: top, x2: x, y2: bottom, stroke: .faint),
        .text(label, x: x, y: bottom + 14, anchor: .middle, size: 10, fill: .quiet),
      ]
    }
    guard !title.isEmpty else { return lines }
    return lines + [
      .text(title, x: (scale.start + scale.end) / 2, y: bottom + 29, anchor: .middle, size: 11, fill: .quiet)
    ]
  }

  /// The marks of a vertical axis: lines from `left` to `right`, labels at the left of them, and the title upright at
  /// the pixel `edge`.
  public func marks(left: Double, right: Double, edge: Double) -> [Mark] {
    let lines = ticks.flatMap { y, label in
      [
        Mark.line(x1: left, y1: y, x2: right, y2: y, stroke: .faint),
        .text(label, x: left - 6, y: y + 3.5, anchor: .end, size: 10, fill: .quiet),
      ]
    }
    guard !title.isEmpty else { return lines }
    let middle = (scale.start + scale.end) / 2
    return lines + [.text(title, x: edge, y: middle, anchor: .middle, size: 11, fill: .quiet, turned: -90)]
  }
}

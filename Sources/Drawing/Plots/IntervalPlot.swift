/// Values with their intervals, a line each.
public struct IntervalPlot: Sendable {
  /// One line.
  public struct Entry: Sendable {
    /// The name at the left.
    public let label: String
    /// The value, a dot.
    public let value: Double
    /// The lower end of the interval.
    public let low: Double
    /// The upper end of the interval.
    public let high: Double
    /// What stands at the right.
    public let note: String
    /// The place of a short stroke in the interval, such as the null's mean.
    public var middle = Double.nan
    /// Where a ring stands: the value before something was done.
    public var earlier = Double.nan

    /// Takes a value with its interval; what is not a number is not drawn.
    public init(
      label: String, value: Double, low: Double, high: Double, note: String, middle: Double = Double.nan,
      earlier: Double = Double.nan
    ) {
      self.label = label
      self.value = value
      self.low = low
      self.high = high
      self.note = note
      self.middle = middle
      self.earlier = earlier
    }
  }

  /// The lines from the top.
  public let entries: [Entry]
  /// The title of the axis.
  public let title: String
  /// Formats a value.
  public let label: @Sendable (Double) -> String
  /// Formats a tick label.
  public let tick: @Sendable (Double) -> String
  /// A value at which a line stands for comparison.
  public var reference: Double?

  /// Takes the lines from the top, and how values and ticks are written.
  public init(
    entries: [Entry], title: String, label: @escaping @Sendable (Double) -> String,
    tick: @escaping @Sendable (Double) -> String, reference: Double? = nil
  ) {
    self.entries = entries
    self.title = title
    self.label = label
    self.tick = tick
    self.reference = reference
  }

  private static let lineHeight = 24.0
  private static let plotWidth = 540.0

  /// The plot's width in pixels, names and notes included.
  public var width: Double { labelWidth + IntervalPlot.plotWidth + 24 + noteWidth }
  /// The plot's height in pixels.
  public var height: Double { 8 + Double(entries.count) * IntervalPlot.lineHeight + 36 }
  private var labelWidth: Double { 12 + 6.6 * Double(entries.map(\.label.count).max() ?? 0) }
  private var noteWidth: Double { 6 * Double(entries.map(\.note.count).max() ?? 0) }

  /// The plot's marks, its upper left corner at the origin.
  public var marks: [Mark] {
    // Every label counts for it.
    let labelWidth = labelWidth
    let numbers = entries.flatMap { [$0.low, $0.high, $0.value, $0.earlier] }.filter(\.isFinite)
    let scale = Scale(
      from: min(0, numbers.min() ?? 0), to: numbers.max() ?? 1, start: labelWidth,
      end: labelWidth + IntervalPlot.plotWidth)
    let bottom = 8 + Double(entries.count) * IntervalPlot.lineHeight
    var marks = Axis(scale: scale, title: title, label: tick).marks(top: 4, bottom: bottom)
    if let reference, reference.isFinite {
      let x = scale.place(reference)
      marks.append(.line(x1: x, y1: 4, x2: x, y2: bottom, stroke: .quiet))
    }
    for (line, entry) in entries.enumerated() {
      let y = 8 + (Double(line) + 0.5) * IntervalPlot.lineHeight
      marks.append(.text(entry.label, x: labelWidth - 10, y: y + 4, anchor: .end, size: 12))
      marks.append(
        .text(entry.note, x: labelWidth + IntervalPlot.plotWidth + 20, y: y + 4, size: 10.5, fill: .quiet))
      guard entry.value.isFinite else { continue }
      if entry.low.isFinite, entry.high.isFinite {
        marks.append(
          .line(x1: scale.place(entry.low), y1: y, x2: scale.place(entry.high), y2: y, stroke: .ink, width: 1.5))
      }
      if entry.middle.isFinite {
        let x = scale.place(entry.middle)
        marks.append(.line(x1: x, y1: y - 5, x2: x, y2: y + 5, stroke: .ink, width: 1.5))
      }
      if entry.earlier.isFinite {
        let x = scale.place(entry.earlier)
        marks.append(.circle(x: x, y: y, radius: 4, fill: .paper, stroke: .ink, tip: "before: \(label(entry.earlier))"))
      }
      let tip = "\(entry.label): \(label(entry.value)), \(label(entry.low)) to \(label(entry.high))"
      marks.append(.circle(x: scale.place(entry.value), y: y, radius: 4, fill: .ink, tip: tip))
    }
    return marks
  }
}

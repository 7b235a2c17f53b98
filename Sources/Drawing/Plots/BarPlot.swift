/// Bars in groups, such as the answers of each of several sets of units to the same conditions.
public struct BarPlot: Sendable {
  /// One bar.
  public struct Bar: Sendable {
    /// The bar's end; it begins at 0.
    public let value: Double
    /// The lower end of an interval; no number for none.
    public let low: Double
    /// The upper end of the interval.
    public let high: Double

    /// Takes a value, perhaps with an interval; where the value is no number the bar's place is left free.
    public init(_ value: Double, low: Double = .nan, high: Double = .nan) {
      self.value = value
      self.low = low
      self.high = high
    }
  }

  /// Bars that stand together.
  public struct Group: Sendable {
    /// The name below the bars.
    public let name: String
    /// The bars from the left, one for each of the plot's names.
    public let bars: [Bar]

    /// Takes the name below the bars, and the bars.
    public init(name: String, bars: [Bar]) {
      self.name = name
      self.bars = bars
    }
  }

  /// What the bars of a group are of, from the left.
  public let names: [String]
  /// The groups from the left.
  public let groups: [Group]
  /// The words of the vertical axis, which is linear.
  public let vertical: Axis.Words
  /// What the groups are, below their names; empty for nothing.
  public let title: String
  /// Formats a value in a tip.
  public let value: @Sendable (Double) -> String
  /// Heights at which lines stand for comparison.
  public var references: [ReferenceLine] = []
  /// Heights that the vertical axis reaches in any case, besides 0.
  public var bounds: [Double] = []
  /// The width of a bar in pixels.
  public var barWidth = 22.0
  /// The height of the axis in pixels.
  public var plotHeight = 260.0

  /// Takes groups that have a bar for each of the names.
  public init(
    names: [String], groups: [Group], vertical: Axis.Words, title: String = "",
    value: @escaping @Sendable (Double) -> String = { Numeral.number($0) }, references: [ReferenceLine] = [],
    bounds: [Double] = [], barWidth: Double = 22.0, plotHeight: Double = 260.0
  ) {
    precondition(groups.allSatisfy { $0.bars.count == names.count }, "a bar for each name")
    precondition(!vertical.isLogarithmic, "bars that begin at 0")
    self.names = names
    self.groups = groups
    self.vertical = vertical
    self.title = title
    self.value = value
    self.references = references
    self.bounds = bounds
    self.barWidth = barWidth
    self.plotHeight = plotHeight
  }

  private static let nameSize = 9.5
  private static let gap = 2.0

  /// Whether the bars' names stand below the bars, which they do where they fit; otherwise they stand at the right.
  private var areNamesBelow: Bool { Lettering.widest(of: names, size: BarPlot.nameSize) <= barWidth + BarPlot.gap }
  private var groupWidth: Double { Double(names.count) * (barWidth + BarPlot.gap) }
  private var row: NameRow { NameRow(names: groups.map(\.name), title: title, pitch: groupWidth + 24) }
  /// The height of the bars' own names.
  private var nameHeight: Double { areNamesBelow ? 13 : 0 }

  private var frame: PlotFrame {
    let bars = groups.flatMap(\.bars).filter(\.value.isFinite)
    let ends = bars.filter(\.hasInterval).flatMap { [$0.low, $0.high] }
    let numbers = (bars.map(\.value) + ends + references.map(\.value) + bounds).filter(\.isFinite)
    let (low, high) = (min(numbers.min() ?? 0, 0), max(numbers.max() ?? 0, 0))
    let room = high > low ? (high - low) * 0.04 : 1
    let row = row
    var frame = PlotFrame(
      plotWidth: max(row.pitch * Double(groups.count), 40), plotHeight: plotHeight, words: vertical,
      range: (low < 0 ? low - room : 0, high > 0 || low == 0 ? high + room : 0), references: references,
      footHeight: nameHeight + row.height)
    guard !areNamesBelow else { return frame }
    let entries = names.enumerated().map { number, name in
      SideLegend.Entry(
        sign: .patch(BarPlot.paint(number)), name: name, wish: frame.legend.top + Double(number) * SideLegend.step)
    }
    frame.legend.entries = entries + frame.legend.entries
    return frame
  }

  /// The plot's width in pixels, axis and names included.
  public var width: Double { frame.width }
  /// The plot's height in pixels, names included.
  public var height: Double { frame.height }

  /// The plot's marks, its upper left corner at the origin.
  public var marks: [Mark] {
    let (frame, row, isNamed) = (frame, row, areNamesBelow)
    var marks = frame.ground
    for (place, group) in groups.enumerated() {
      let start = frame.left + (Double(place) + 0.5) * row.pitch - groupWidth / 2
      for (number, bar) in group.bars.enumerated() {
        let x = start + Double(number) * (barWidth + BarPlot.gap) + BarPlot.gap / 2
        marks += self.marks(of: bar, x: x, frame, BarPlot.paint(number), name: "\(group.name), \(names[number])")
        guard isNamed else { continue }
        marks.append(
          .text(
            names[number], x: x + barWidth / 2, y: frame.bottom + 12, anchor: .middle, size: BarPlot.nameSize,
            fill: .quiet))
      }
    }
    let zero = frame.height(of: 0)
    marks.append(.line(x1: frame.left, y1: zero, x2: frame.left + frame.plotWidth, y2: zero, stroke: .quiet))
    return marks + frame.comparisons + row.marks(left: frame.left, top: frame.bottom + nameHeight)
  }

  private static func paint(_ number: Int) -> Paint { SeriesStyle(class: number).paint }

  private func marks(of bar: Bar, x: Double, _ frame: PlotFrame, _ paint: Paint, name: String) -> [Mark] {
    guard bar.value.isFinite else { return [] }
    let (end, zero) = (frame.height(of: bar.value), frame.height(of: 0))
    var parts = [Mark.rectangle(x: x, y: min(end, zero), width: barWidth, height: abs(end - zero), fill: paint)]
    var tip = "\(name): \(value(bar.value))"
    if bar.hasInterval {
      tip += ", \(value(bar.low)) to \(value(bar.high))"
      let (middle, low, high) = (x + barWidth / 2, frame.height(of: bar.low), frame.height(of: bar.high))
      // The ground's colour around the stroke sets it off from a dark bar.
      parts += [(Paint.paper, 4.0), (.ink, 1.5)].map {
        .line(x1: middle, y1: low, x2: middle, y2: high, stroke: $0, width: $1)
      }
    }
    return [Mark.group(parts).tipped(tip)]
  }
}

extension BarPlot.Bar {
  /// Whether both ends of the interval are numbers.
  var hasInterval: Bool { low.isFinite && high.isFinite }
}

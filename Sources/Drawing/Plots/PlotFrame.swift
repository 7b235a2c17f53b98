/// What surrounds a plot: a vertical axis at its left, room below, lines for comparison, and names at its right.
struct PlotFrame: Sendable {
  static let top = 12.0
  private static let lineHeight = 13.0

  /// The width between the vertical axis and the names at the right, in pixels.
  let plotWidth: Double
  /// The vertical axis, without its title.
  let axis: Axis
  /// The height of what is below the plot, in pixels.
  let footHeight: Double
  /// The names at the right.
  var legend: SideLegend
  /// The lines of the vertical title.
  private let title: [String]
  /// What the vertical axis says.
  private let words: Axis.Words
  private let references: [ReferenceLine]

  /// Takes the sizes in pixels, the words of the vertical axis, and the ends of what it shows as they are placed; the
  /// plot is higher where a word of the title needs it.
  init(
    plotWidth: Double, plotHeight: Double, words: Axis.Words, range: (low: Double, high: Double),
    references: [ReferenceLine], footHeight: Double
  ) {
    let plotHeight = max(plotHeight, Lettering.widestWord(of: [words.title], size: 11))
    self.plotWidth = plotWidth
    self.words = words
    self.footHeight = footHeight
    self.references = references.filter { words.place($0.value).isFinite }
    let scale = Scale(
      from: range.low, to: range.high, start: PlotFrame.top + plotHeight, end: PlotFrame.top,
      isLogarithmic: words.isLogarithmic)
    axis = Axis(scale: scale, title: "", label: words.label, tickCount: max(2, Int(plotHeight / 45)))
    title = Lettering.lines(of: words.title, size: 11, within: plotHeight)
    legend = SideLegend(top: PlotFrame.top + 4, bottom: PlotFrame.top + plotHeight - 4)
    legend.entries = self.references.filter { !$0.name.isEmpty }.map {
      .init(sign: .reference, name: $0.name, wish: scale.place(words.place($0.value)))
    }
  }

  /// The pixel where the plot begins.
  var left: Double {
    let titleWidth = title.isEmpty ? 4 : 8 + PlotFrame.lineHeight * Double(title.count)
    return titleWidth + Lettering.widest(of: axis.ticks.map(\.label), size: 10) + 8
  }
  /// The pixel where the plot ends at the bottom.
  var bottom: Double { axis.scale.start }
  /// The drawing's width in pixels.
  var width: Double { left + plotWidth + (legend.entries.isEmpty ? 16 : 14 + legend.width + 6) }
  /// The drawing's height in pixels.
  var height: Double { max(bottom + footHeight, legend.end) }

  /// The pixel of a value of the vertical axis, no number if the value cannot be placed.
  func height(of value: Double) -> Double { axis.scale.place(words.place(value)) }

  /// What lies under the plot's own marks.
  var ground: [Mark] {
    let left = left
    var marks = axis.marks(left: left, right: left + plotWidth, edge: 0)
    for (line, text) in title.enumerated() {
      marks.append(
        .text(
          text, x: 12 + PlotFrame.lineHeight * Double(line), y: (PlotFrame.top + bottom) / 2, anchor: .middle,
          size: 11, fill: .quiet, turned: -90))
    }
    return marks + legend.marks(x: left + plotWidth + 14)
  }

  /// The lines for comparison.
  var comparisons: [Mark] {
    let left = left
    return references.map { ReferenceLine.mark(from: left, to: left + plotWidth, y: height(of: $0.value)) }
  }
}

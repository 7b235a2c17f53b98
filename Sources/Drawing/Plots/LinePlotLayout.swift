/// The places of everything in a line plot, in pixels.
struct LinePlotLayout {
  /// A point in pixels; the ends of its interval are no numbers where it has none.
  private struct Place {
    let point: LinePlot.Point
    let x: Double
    let y: Double
    let low: Double
    let high: Double
  }

  private let plot: LinePlot
  private let axis: Axis
  private let titleLines: [String]
  private let styles: [SeriesStyle]
  /// The stretches of points without a gap, of each series.
  private var runs: [[[Place]]] = []
  private(set) var frame: PlotFrame

  init(_ plot: LinePlot) {
    self.plot = plot
    styles = plot.series.enumerated().map { $1.style ?? SeriesStyle(class: $0) }
    titleLines = Lettering.lines(of: plot.horizontal.title, size: 11, within: plot.plotWidth)
    frame = PlotFrame(
      plotWidth: plot.plotWidth, plotHeight: plot.plotHeight, words: plot.vertical,
      range: Scale.range(of: LinePlotLayout.heights(of: plot)), references: plot.references,
      footHeight: 22 + (titleLines.isEmpty ? 0 : 2 + 13 * Double(titleLines.count)))
    axis = LinePlotLayout.axis(of: plot, left: frame.left)
    runs = plot.series.map { runs(of: $0) }
    frame.legend.entries = entries + frame.legend.entries
  }

  /// All that the vertical axis shows, as it is placed.
  private static func heights(of plot: LinePlot) -> [Double] {
    let drawn = plot.series.flatMap(\.points).filter {
      plot.horizontal.place($0.x).isFinite && plot.vertical.place($0.y).isFinite
    }
    let ends = drawn.filter { $0.low.isFinite && $0.high.isFinite }.flatMap { [$0.low, $0.high] }
    return (drawn.map(\.y) + ends + plot.references.map(\.value) + plot.bounds).map(plot.vertical.place)
  }

  /// The horizontal axis with as many labels as stand beside each other.
  private static func axis(of plot: LinePlot, left: Double) -> Axis {
    let range = Scale.range(of: plot.series.flatMap(\.points).map { plot.horizontal.place($0.x) }, room: 0.02)
    let scale = Scale(
      from: range.low, to: range.high, start: left, end: left + plot.plotWidth,
      isLogarithmic: plot.horizontal.isLogarithmic)
    var axis = Axis(
      scale: scale, title: "", label: plot.horizontal.label, tickCount: max(2, Int(plot.plotWidth / 64)))
    while axis.tickCount > 1 {
      let ticks = axis.ticks
      let room = zip(ticks, ticks.dropFirst()).map { $1.place - $0.place }.min() ?? .infinity
      if Lettering.widest(of: ticks.map(\.label), size: 10) + 6 <= room { break }
      axis.tickCount -= 1
    }
    return axis
  }

  private func runs(of series: LinePlot.Series) -> [[Place]] {
    let places = series.points.map { point -> Place? in
      let (x, y) = (axis.scale.place(plot.horizontal.place(point.x)), frame.height(of: point.y))
      guard x.isFinite, y.isFinite else { return nil }
      let hasInterval = point.low.isFinite && point.high.isFinite
      // A logarithmic axis has no place for an end at or below 0: the band then goes down to the bottom.
      let ends = [point.low, point.high].map { end -> Double in
        let height = frame.height(of: end)
        return !hasInterval ? .nan : height.isFinite ? height : frame.bottom
      }
      return Place(point: point, x: x, y: y, low: ends[0], high: ends[1])
    }
    return places.split { $0 == nil }.map { $0.compactMap(\.self) }
  }

  // MARK: Names

  /// The names of the series, at the ends of their lines if all of these are near the right edge.
  private var entries: [SideLegend.Entry] {
    let named = plot.series.indices.filter { !plot.series[$0].name.isEmpty && !runs[$0].isEmpty }
    let edge = axis.scale.end - 0.1 * plot.plotWidth
    let areAtEnds = named.allSatisfy { (runs[$0].last?.last?.x ?? 0) >= edge }
    return named.enumerated().map { rank, number in
      let end = runs[number].last?.last?.y ?? 0
      let listed = frame.legend.top + Double(rank) * SideLegend.step
      return .init(sign: .line(styles[number]), name: plot.series[number].name, wish: areAtEnds ? end : listed)
    }
  }

  // MARK: Marks

  var marks: [Mark] {
    var marks = axis.marks(top: PlotFrame.top, bottom: frame.bottom)
    for (line, text) in titleLines.enumerated() {
      marks.append(
        .text(
          text, x: (axis.scale.start + axis.scale.end) / 2, y: frame.bottom + 30 + 13 * Double(line), anchor: .middle,
          size: 11, fill: .quiet))
    }
    marks += frame.ground + frame.comparisons
    for (runs, style) in zip(runs, styles) { marks += runs.flatMap { intervals(of: $0, style) } }
    for (runs, style) in zip(runs, styles) { marks += runs.filter { $0.count > 1 }.map { line(through: $0, style) } }
    for (number, series) in plot.series.enumerated() { marks += points(of: series, runs[number], styles[number]) }
    return marks
  }

  private func line(through run: [Place], _ style: SeriesStyle) -> Mark { style.line(run.map { ($0.x, $0.y) }) }

  /// A band where the points go from one side to the other, otherwise a stroke for each.
  private func intervals(of run: [Place], _ style: SeriesStyle) -> [Mark] {
    let steps = zip(run, run.dropFirst()).map { $1.x - $0.x }
    let hasBand = run.count > 1 && (steps.allSatisfy { $0 > 0 } || steps.allSatisfy { $0 < 0 })
    let stretches = run.split { $0.low.isNaN }
    return stretches.flatMap { stretch -> [Mark] in
      guard hasBand, stretch.count > 1 else {
        return stretch.map {
          .line(
            x1: $0.x, y1: $0.low, x2: $0.x, y2: $0.high, stroke: Paint(style.paint.role, opacity: 0.45), width: 1.5)
        }
      }
      let outline = stretch.map { ($0.x, $0.low) } + stretch.reversed().map { ($0.x, $0.high) }
      return [.polygon(outline, fill: Paint(style.paint.role, opacity: 0.15))]
    }
  }

  private func points(of series: LinePlot.Series, _ runs: [[Place]], _ style: SeriesStyle) -> [Mark] {
    let places = runs.flatMap(\.self)
    // The shapes of all of many points would hide the line and its dashes.
    let step = (places.count + 19) / 20
    return places.enumerated().flatMap { number, place -> [Mark] in
      let name = [series.name, place.point.name ?? plot.horizontal.label(place.point.x)].filter { !$0.isEmpty }
      var tip = name.joined(separator: ", ") + ": " + plot.value(place.point.y)
      if !place.low.isNaN { tip += ", \(plot.value(place.point.low)) to \(plot.value(place.point.high))" }
      return style.point(x: place.x, y: place.y, isSeen: number.isMultiple(of: step), tip: tip)
    }
  }
}

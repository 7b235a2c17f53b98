import Foundation

/// Points and lines over two axes.
struct ScatterPlot: Sendable {
  struct Point: Sendable {
    let x: Double
    let y: Double
    let symbol: PointSymbol
    var radius = 3.5
    var tip: String?
    /// The region that it opens.
    var place: Place?

    init(x: Double, y: Double, symbol: PointSymbol, radius: Double = 3.5, tip: String? = nil, place: Place? = nil) {
      (self.x, self.y, self.symbol, self.radius, self.tip, self.place) = (x, y, symbol, radius, tip, place)
    }

    init(x: Double, y: Double, paint: Paint, radius: Double = 3.5, tip: String? = nil) {
      self.init(x: x, y: y, symbol: PointSymbol(paint), radius: radius, tip: tip)
    }
  }

  struct Line: Sendable {
    let points: [(x: Double, y: Double)]
    let paint: Paint
    var width = 1.5
    var isDashed = false
  }

  /// What an axis says.
  struct Words: Sendable {
    let title: String
    var label: @Sendable (Double) -> String = { Numeral.number($0) }
    /// Whether places go by logarithms; what is not above 0 is left out then.
    var isLogarithmic = false

    fileprivate func place(_ value: Double) -> Double {
      isLogarithmic ? (value > 0 ? log10(value) : .nan) : value
    }
  }

  let horizontal: Words
  let vertical: Words
  let points: [Point]
  var lines: [Line] = []
  var plotWidth = 520.0
  var plotHeight = 320.0
  /// Whether a pixel is as much along both axes.
  var hasEqualScales = false

  private static let margin = (left: 64.0, top: 12.0, right: 16.0, bottom: 40.0)

  var width: Double { ScatterPlot.margin.left + plotWidth + ScatterPlot.margin.right }
  var height: Double { ScatterPlot.margin.top + plotHeight + ScatterPlot.margin.bottom }

  /// With their upper left corner at the origin; what is no number is left out.
  var marks: [Mark] {
    let (left, top) = (ScatterPlot.margin.left, ScatterPlot.margin.top)
    let bottom = top + plotHeight
    let points = points.map { (point: $0, x: horizontal.place($0.x), y: vertical.place($0.y)) }
    let lines = lines.map { line in
      (
        line,
        line.points.map { (x: horizontal.place($0.x), y: vertical.place($0.y)) }.filter {
          $0.x.isFinite && $0.y.isFinite
        }
      )
    }
    let (x, y) = scales(points.map { ($0.x, $0.y) } + lines.flatMap(\.1), left: left, bottom: bottom)
    var marks = Axis(scale: x, title: horizontal.title, label: horizontal.label).marks(top: top, bottom: bottom)
    for value in y.ticks(5) {
      let place = y.place(value)
      marks += [
        .line(x1: left, y1: place, x2: left + plotWidth, y2: place, stroke: .faint),
        .text(vertical.label(y.value(value)), x: left - 6, y: place + 3.5, anchor: .end, size: 10, fill: .quiet),
      ]
    }
    marks.append(
      .text(vertical.title, x: 12, y: top + plotHeight / 2, anchor: .middle, size: 11, fill: .quiet, turned: -90))
    for (line, places) in lines {
      marks.append(
        .path(
          places.map { (x.place($0.x), y.place($0.y)) }, stroke: line.paint, width: line.width, isDashed: line.isDashed)
      )
    }
    for (point, across, up) in points where across.isFinite && up.isFinite {
      marks.append(
        point.symbol.mark(x: x.place(across), y: y.place(up), radius: point.radius, tip: point.tip).opening(point.place)
      )
    }
    return marks
  }

  /// That hold all places.
  private func scales(
    _ places: [(x: Double, y: Double)], left: Double, bottom: Double
  ) -> (x: Scale, y: Scale) {
    func range(_ values: [Double]) -> (low: Double, high: Double) {
      let finite = values.filter(\.isFinite)
      guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
      let room = max((high - low) * 0.04, high > low ? 0 : 0.5)
      return (low - room, high + room)
    }
    var (across, up) = (range(places.map(\.x)), range(places.map(\.y)))
    if hasEqualScales {
      let unit = max((across.high - across.low) / plotWidth, (up.high - up.low) / plotHeight)
      func widened(_ range: (low: Double, high: Double), _ pixels: Double) -> (low: Double, high: Double) {
        let middle = (range.low + range.high) / 2
        return (middle - unit * pixels / 2, middle + unit * pixels / 2)
      }
      (across, up) = (widened(across, plotWidth), widened(up, plotHeight))
    }
    return (
      Scale(
        from: across.low, to: across.high, start: left, end: left + plotWidth, isLogarithmic: horizontal.isLogarithmic),
      Scale(
        from: up.low, to: up.high, start: bottom, end: bottom - plotHeight, isLogarithmic: vertical.isLogarithmic)
    )
  }
}

/// Points and lines over two axes.
public struct ScatterPlot: Sendable {
  /// One point.
  public struct Point: Sendable {
    /// The place along the horizontal axis.
    public let x: Double
    /// The place along the vertical axis.
    public let y: Double
    /// How it is drawn.
    public let symbol: PointSymbol
    /// Its radius in pixels.
    public var radius = 3.5
    /// What a pointer over it shows.
    public var tip: String?
    /// The region that it opens.
    public var place: Link?

    /// A point with a symbol, and the region that it opens.
    public init(x: Double, y: Double, symbol: PointSymbol, radius: Double = 3.5, tip: String? = nil, place: Link? = nil)
    {
      (self.x, self.y, self.symbol, self.radius, self.tip, self.place) = (x, y, symbol, radius, tip, place)
    }

    /// A round point of one colour.
    public init(x: Double, y: Double, paint: Paint, radius: Double = 3.5, tip: String? = nil) {
      self.init(x: x, y: y, symbol: PointSymbol(paint), radius: radius, tip: tip)
    }
  }

  /// A line through places.
  public struct Line: Sendable {
    /// The places in order.
    public let points: [(x: Double, y: Double)]
    /// The line's colour.
    public let paint: Paint
    /// The line's width in pixels.
    public var width = 1.5
    /// Whether the line is dashed.
    public var isDashed = false

    /// Takes the points that the line goes through, in order.
    public init(
      points: [(x: Double, y: Double)], paint: Paint, width: Double = 1.5, isDashed: Bool = false
    ) {
      self.points = points
      self.paint = paint
      self.width = width
      self.isDashed = isDashed
    }
  }

  /// What an axis says.
  public typealias Words = Axis.Words

  /// The words of the horizontal axis.
  public let horizontal: Words
  /// The words of the vertical axis.
  public let vertical: Words
  /// The points, the later ones on top.
  public let points: [Point]
  /// Lines below the points.
  public var lines: [Line] = []
  /// The width between the axes' ends, in pixels.
  public var plotWidth = 520.0
  /// The height between the axes' ends, in pixels.
  public var plotHeight = 320.0
  /// Whether a pixel is as much along both axes.
  public var hasEqualScales = false

  /// Takes the words of both axes and what is drawn over them.
  public init(
    horizontal: Words, vertical: Words, points: [Point], lines: [Line] = [], plotWidth: Double = 520.0,
    plotHeight: Double = 320.0, hasEqualScales: Bool = false
  ) {
    self.horizontal = horizontal
    self.vertical = vertical
    self.points = points
    self.lines = lines
    self.plotWidth = plotWidth
    self.plotHeight = plotHeight
    self.hasEqualScales = hasEqualScales
  }

  private static let margin = (left: 64.0, top: 12.0, right: 16.0, bottom: 40.0)

  /// The width in pixels, axes included.
  public var width: Double { ScatterPlot.margin.left + plotWidth + ScatterPlot.margin.right }
  /// The height in pixels, axes included.
  public var height: Double { ScatterPlot.margin.top + plotHeight + ScatterPlot.margin.bottom }

  /// The plot's marks, its upper left corner at the origin; what is no number is left out.
  public var marks: [Mark] {
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
    marks += Axis(scale: y, title: vertical.title, label: vertical.label).marks(
      left: left, right: left + plotWidth, edge: 12)
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
    var (across, up) = (Scale.range(of: places.map(\.x)), Scale.range(of: places.map(\.y)))
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

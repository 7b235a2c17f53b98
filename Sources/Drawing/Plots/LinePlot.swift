/// Lines through the points of several series, in the points' order, so that curves of any course can be drawn.
public struct LinePlot: Sendable {
  /// One point, and how sure its height is.
  public struct Point: Sendable {
    /// The place along the horizontal axis.
    public let x: Double
    /// The place along the vertical axis.
    public let y: Double
    /// The lower end of the band or interval along the vertical axis; no number for none.
    public let low: Double
    /// The upper end of the band or interval.
    public let high: Double
    /// What the tip says of the point, in the place of its x; nil for x itself.
    public let name: String?

    /// Takes a point; where a coordinate is no number it is left out, and the line has a gap.
    public init(x: Double, y: Double, low: Double = .nan, high: Double = .nan, name: String? = nil) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
      self.name = name
    }
  }

  /// One line.
  public struct Series: Sendable {
    /// The name in the legend; empty for none.
    public let name: String
    /// The points in the order in which the line joins them.
    public let points: [Point]
    /// How the line is drawn; nil: by its number in the plot.
    public var style: SeriesStyle?

    /// Takes a name and points. A style of its own lets a series look the same in plots that have others of its kind.
    public init(name: String, points: [Point], style: SeriesStyle? = nil) {
      self.name = name
      self.points = points
      self.style = style
    }
  }

  /// The lines, the later ones on top.
  public let series: [Series]
  /// The words of the horizontal axis.
  public let horizontal: Axis.Words
  /// The words of the vertical axis.
  public let vertical: Axis.Words
  /// Formats a height in a tip.
  public let value: @Sendable (Double) -> String
  /// Heights at which lines stand for comparison.
  public var references: [ReferenceLine] = []
  /// Heights that the vertical axis reaches in any case, such as 0 and 1 of a share.
  public var bounds: [Double] = []
  /// The width between the axes' ends, in pixels.
  public var plotWidth = 520.0
  /// The height between the axes' ends, in pixels.
  public var plotHeight = 300.0

  /// Takes the lines and the words of both axes.
  public init(
    series: [Series], horizontal: Axis.Words, vertical: Axis.Words,
    value: @escaping @Sendable (Double) -> String = { Numeral.number($0) }, references: [ReferenceLine] = [],
    bounds: [Double] = [], plotWidth: Double = 520.0, plotHeight: Double = 300.0
  ) {
    self.series = series
    self.horizontal = horizontal
    self.vertical = vertical
    self.value = value
    self.references = references
    self.bounds = bounds
    self.plotWidth = plotWidth
    self.plotHeight = plotHeight
  }

  /// The plot's width in pixels, axes and names included.
  public var width: Double { LinePlotLayout(self).frame.width }
  /// The plot's height in pixels, axes and names included.
  public var height: Double { LinePlotLayout(self).frame.height }
  /// The plot's marks, its upper left corner at the origin.
  public var marks: [Mark] { LinePlotLayout(self).marks }
}

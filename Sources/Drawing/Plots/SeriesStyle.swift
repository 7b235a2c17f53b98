/// How a series is drawn: by a colour, and by dashes and a shape as well, for those who do not tell colours apart.
public struct SeriesStyle: Sendable {
  /// The colour.
  public let paint: Paint
  /// Lengths of dashes and gaps in pixels; empty for a whole line.
  public let dashes: [Double]
  /// The shape of its points.
  public let shape: PointSymbol.Shape

  /// The colours of lobes, those that are strong on any ground first.
  private static let roles: [Paint.Role] = [.lobe0, .lobe1, .lobe4, .lobe5, .lobe3, .lobe7, .lobe6, .lobe2]
  private static let patterns: [[Double]] = [
    [], [7, 3], [2, 2.5], [10, 3, 2, 3], [14, 4], [8, 2.5, 2, 2.5, 2, 2.5],
  ]

  /// Takes the number of a class from 0; 120 of them differ, and 30 without colours.
  public init(class number: Int) {
    precondition(number >= 0, "a class")
    paint = Paint(SeriesStyle.roles[number % SeriesStyle.roles.count])
    dashes = SeriesStyle.patterns[number % SeriesStyle.patterns.count]
    shape = PointSymbol.Shape.allCases[number % PointSymbol.Shape.allCases.count]
  }

  /// Takes a colour, the lengths of dashes and gaps, and the shape of points.
  public init(paint: Paint, dashes: [Double] = [], shape: PointSymbol.Shape = .circle) {
    self.paint = paint
    self.dashes = dashes
    self.shape = shape
  }

  /// A line through places.
  func line(_ places: [(x: Double, y: Double)]) -> Mark {
    var mark = Mark.path(places, stroke: paint, width: 1.8).dashed(dashes)
    mark.attributes.append(("stroke-linejoin", .word("round")))
    return mark
  }

  /// A point that can be pointed at from a little away, whether its shape is seen or not.
  func point(x: Double, y: Double, isSeen: Bool, tip: String) -> [Mark] {
    let symbol = PointSymbol(paint, shape: shape)
    return (isSeen ? [symbol.mark(x: x, y: y, radius: 3.2)] : [])
      + [.circle(x: x, y: y, radius: 5, fill: Paint(.paper, opacity: 0), tip: tip)]
  }
}

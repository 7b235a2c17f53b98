/// How the points of a class are drawn: by colours first and, from the ninth class on, by shapes as well.
public struct PointSymbol: Sendable {
  /// The page's script draws the same.
  public enum Shape: String, CaseIterable, Sendable {
    /// The shapes in the order in which classes take them.
    case circle, square, triangle, diamond, cross
  }

  /// The shape.
  public let shape: Shape
  /// The colour.
  public let paint: Paint

  /// Forty classes differ; a class below 0 is none.
  public init(class number: Int) {
    let colours = Paint.Role.lobes
    guard number >= 0 else {
      (shape, paint) = (.circle, Paint(.quiet, opacity: 0.5))
      return
    }
    shape = Shape.allCases[number / colours.count % Shape.allCases.count]
    paint = Paint(colours[number % colours.count])
  }

  /// A shape of that colour, a circle if none is named.
  public init(_ paint: Paint, shape: Shape = .circle) { (self.shape, self.paint) = (shape, paint) }

  /// Shapes take the same area.
  public func mark(x: Double, y: Double, radius: Double, tip: String? = nil) -> Mark {
    func polygon(_ corners: [(Double, Double)]) -> Mark {
      .polygon(corners.map { (x + $0.0 * radius, y + $0.1 * radius) }, fill: paint, tip: tip)
    }
    switch shape {
    case .circle: return .circle(x: x, y: y, radius: radius, fill: paint, tip: tip)
    case .square: return polygon([(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)])
    case .triangle: return polygon([(0, -1.35), (1.35, 0.98), (-1.35, 0.98)])
    case .diamond: return polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    case .cross:
      let (long, short) = (1.35, 0.42)
      return polygon([
        (-short, -long), (short, -long), (short, -short), (long, -short), (long, short), (short, short), (short, long),
        (-short, long), (-short, short), (-long, short), (-long, -short), (-short, -short),
      ])
    }
  }
}

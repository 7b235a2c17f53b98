/// A cloud in space that the page's script draws and turns.
public struct SpaceView: Sendable {
  /// Classes of the points, by which they can be coloured.
  public struct Colouring: Sendable {
    /// What the classes are.
    public let title: String
    /// The names of the classes.
    public let classes: [String]
    /// The class of each point; one that there is not for none.
    public let values: [Int]
    /// Whether colours go from one to another with the classes, instead of setting them apart.
    public var isOrdered = false

    /// Takes the names of the classes and the class of each point.
    public init(
      title: String, classes: [String], values: [Int], isOrdered: Bool = false
    ) {
      self.title = title
      self.classes = classes
      self.values = values
      self.isOrdered = isOrdered
    }
  }

  /// The heading.
  public let title: String
  /// Harmless markup.
  public let caption: Markup
  /// The points' coordinates, `[points, 3]`.
  public let positions: [Double]
  /// The names of the points.
  public let names: [String]
  /// Regions that points open; empty where there are no maps.
  public let places: [Link]
  /// The ways in which points can be coloured, at least one.
  public let colourings: [Colouring]

  /// Takes the points and the ways in which they can be coloured.
  public init(
    title: String, caption: Markup, positions: [Double], names: [String], places: [Link], colourings: [Colouring]
  ) {
    self.title = title
    self.caption = caption
    self.positions = positions
    self.names = names
    self.places = places
    self.colourings = colourings
  }

  /// Steps from the middle to where all coordinates but a hundredth are: points far out would make the rest small.
  private static let steps = 100_000.0
  /// What is farther out than so many times this is drawn there.
  private static let farthest = 100.0

  /// What the script reads.
  public var json: JSON {
    let sizes = positions.lazy.filter(\.isFinite).map(abs).sorted()
    let most = sizes.isEmpty ? 0 : sizes[(sizes.count - 1) * 99 / 100]
    let reach = most > 0 ? most : sizes.last ?? 0
    func step(_ value: Double) -> Int {
      guard value.isFinite, reach > 0 else { return 0 }
      let share = min(max(value / reach, -SpaceView.farthest), SpaceView.farthest)
      return Int((share * SpaceView.steps).rounded())
    }
    return .object([
      ("positions", .list(positions.map { .whole(step($0)) })),
      ("names", .list(names.map(JSON.text))),
      ("places", places.isEmpty ? .null : .list(places.map { .text($0.key) })),
      (
        "colourings",
        .list(
          colourings.map { colouring in
            let known = colouring.classes.indices
            return .object([
              ("title", .text(colouring.title)), ("classes", .list(colouring.classes.map(JSON.text))),
              ("values", .list(colouring.values.map { .whole(known.contains($0) ? $0 : -1) })),
              ("isOrdered", .truth(colouring.isOrdered)),
            ])
          })
      ),
    ])
  }
}

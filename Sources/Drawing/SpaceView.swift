/// A cloud in space that the page's script draws and turns.
struct SpaceView: Sendable {
  /// Classes of the points, by which they can be coloured.
  struct Colouring: Sendable {
    let title: String
    let classes: [String]
    /// The class of each point; one that there is not for none.
    let values: [Int]
    /// Whether colours go from one to another with the classes, instead of telling them apart.
    var isOrdered = false
  }

  let title: String
  /// Harmless markup.
  let caption: Markup
  /// `[points, 3]`
  let positions: [Double]
  /// Of the points.
  let names: [String]
  /// Regions that points open; empty where there are no maps.
  let places: [Place]
  /// At least one.
  let colourings: [Colouring]

  /// Steps from the middle to the farthest point.
  private static let steps = 100_000.0

  /// What the script reads.
  var json: JSON {
    let reach = positions.lazy.filter(\.isFinite).map(abs).max() ?? 0
    func step(_ value: Double) -> Int {
      value.isFinite && reach > 0 ? Int((value / reach * SpaceView.steps).rounded()) : 0
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

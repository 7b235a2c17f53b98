import Archive
import Drawing
import Geometry

/// Quadrangles of two pairs of a relation, before and after discriminant analysis, side by side.
struct CrystalDrawings: Sendable {
  private struct Quadrangle {
    let relation: Int
    /// The names of the four corners: from and to of the first pair, then of the second.
    let names: [String]
    let before: [(x: Double, y: Double)]
    let after: [(x: Double, y: Double)]
  }

  private let relations: [String]
  private let quadrangles: [Quadrangle]

  /// Lines and quadrangles of a line that the figure has at most.
  private static let lineLimit = 16
  private static let perLine = 3
  private static let side = 118.0
  private static let corners = 4

  /// nil if nothing was drawn.
  init?(_ group: GroupReader, relations: [String]) throws {
    guard group.has(Crystals.Columns.drawingBefore) else { return nil }
    let of = try group.counts(Crystals.Columns.drawingRelation, "drawing")
    let names = try group.texts(Crystals.Columns.drawingName, "drawing", "corner")
    let places = try ["drawing_before", "drawing_after"].map { try group.numbers($0, "drawing", "corner", "axis") }
    guard try group.length("corner") == CrystalDrawings.corners, try group.length("axis") == 2, !of.isEmpty else {
      return nil
    }
    func corners(_ values: [Double], _ drawing: Int) -> [(x: Double, y: Double)] {
      (0..<CrystalDrawings.corners).map { corner in
        let place = 2 * (drawing * CrystalDrawings.corners + corner)
        return (values[place], values[place + 1])
      }
    }
    self.relations = relations
    quadrangles = of.indices.map { drawing in
      Quadrangle(
        relation: of[drawing],
        names: Array(names[drawing * CrystalDrawings.corners..<(drawing + 1) * CrystalDrawings.corners]),
        before: corners(places[0], drawing), after: corners(places[1], drawing))
    }
  }

  var figure: Figure {
    let (side, gap) = (CrystalDrawings.side, 26.0)
    let pairWidth = 2 * side + gap
    let drawings = Dictionary(grouping: quadrangles, by: \.relation)
    let lines = relations.indices.compactMap { relation in
      drawings[relation].map { (relation, $0.prefix(CrystalDrawings.perLine)) }
    }.prefix(CrystalDrawings.lineLimit)
    var marks: [Mark] = []
    for (line, (relation, drawn)) in lines.enumerated() {
      let y = Double(line) * (side + 60)
      marks.append(.text(relations[relation].cut(60), x: 0, y: y + 13, size: 12, isBold: true))
      for (place, quadrangle) in drawn.enumerated() {
        let x = Double(place) * (pairWidth + gap)
        marks.append(.group(panel(quadrangle.before, quadrangle.names, "before"), x: x, y: y + 24))
        marks.append(.group(panel(quadrangle.after, quadrangle.names, "after"), x: x + side + 10, y: y + 24))
      }
    }
    let across = Double(lines.map(\.1.count).max() ?? 1)
    let title = "Pairs of pairs before and after discriminant analysis"
    return Figure(
      name: "crystals-drawn", title: title,
      caption: Markup(
        "Arrows lead from the first point of a pair to the second; dashed lines join the two pairs. Quadrangles were "
          + "drawn at random, not chosen by how well they look, each in the plane in which its corners differ most, on "
          + "a scale of its own. The analysis was not fitted to them."
      ),
      drawing: Drawing(
        width: across * (pairWidth + gap) - gap + 2, height: Double(lines.count) * (side + 60), description: title,
        marks: marks))
  }

  /// A quadrangle in a square, turned as it comes.
  private func panel(_ corners: [(x: Double, y: Double)], _ names: [String], _ stage: String) -> [Mark] {
    let side = CrystalDrawings.side
    let frame: [Mark] = [
      .rectangle(x: 0, y: 0, width: side, height: side, fill: .silent),
      .text(stage, x: 0, y: side + 12, size: 9, fill: .quiet),
    ]
    guard corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return frame }
    func middle(_ values: [Double]) -> (middle: Double, width: Double) {
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      return (low / 2 + high / 2, high - low)
    }
    let (across, up) = (middle(corners.map(\.x)), middle(corners.map(\.y)))
    let extent = max(across.width, up.width)
    let unit = extent > 0 && extent.isFinite ? (side - 44) / extent : 0
    let places = corners.map { corner in
      (x: side / 2 + (corner.x - across.middle) * unit, y: side / 2 - (corner.y - up.middle) * unit)
    }
    let joints: [Mark] = [
      .path([places[0], places[2]], stroke: .quiet, isDashed: true),
      .path([places[1], places[3]], stroke: .quiet, isDashed: true),
    ]
    let arrows = [(0, 1), (2, 3)].flatMap { arrow(from: places[$0.0], to: places[$0.1]) }
    let words = zip(places, names).map { place, name in
      let word = name.cut(14)
      let half = min(side / 2, 2.5 * Double(word.count) + 2)
      return Mark.text(
        word, x: min(max(place.x, half), side - half),
        y: place.y < side / 2 ? max(place.y - 7, 10) : min(place.y + 13, side - 4), anchor: .middle, size: 8.5)
    }
    return frame + joints + arrows + words
  }

  private func arrow(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) -> [Mark] {
    let (across, down) = (end.x - start.x, end.y - start.y)
    let length = (across * across + down * down).squareRoot()
    guard length > 0 else { return [.circle(x: start.x, y: start.y, radius: 2.5, fill: .first)] }
    let (x, y) = (across / length, down / length)
    let head = min(7, length)
    let base = (x: end.x - head * x, y: end.y - head * y)
    return [
      .path([start, base], stroke: .first, width: 1.75), .circle(x: start.x, y: start.y, radius: 2.2, fill: .first),
      .polygon(
        [
          end, (base.x - head * 0.45 * y, base.y + head * 0.45 * x),
          (base.x + head * 0.45 * y, base.y - head * 0.45 * x),
        ],
        fill: .first),
    ]
  }
}

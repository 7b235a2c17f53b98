import Archive
import Drawing
import Foundation

/// The points of a cloud along its first principal components, in the plane and in space.
enum CloudExhibit {
  /// Points of the drawing, which has an element for each.
  private static let pointLimit = 3000

  static func make(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    let lobes = try context.group("lobes").map { try LobeTable($0, names: context.group("lobe_names")) }
    let tasks = try context.group("lobe_tasks")?.labels("task") ?? []
    let points = try CloudPoints(group, lobes: lobes, tasks: tasks)
    let counts = try group.counts(CloudListing.Columns.count, "fate")
    let fates = try group.labels("fate")
    let meaning = try meaning(group)
    var exhibit = Exhibit(
      name: "cloud", title: "The cloud",
      introduction: Markup(
        "Every point at its place along the directions in which the cloud spreads most. "
          + (points.places.isEmpty
            ? ""
            : "A point is a mutant, by \(meaning)"
              + (context.opensRegions ? "; open it to read what the mutants of its region say. " : ". "))
          + losses(fates, counts)))
    exhibit.numbers = [("points", Numeral.count(counts.first ?? 0))]
    guard points.count > 0, points.componentCount > 0 else { return exhibit }
    exhibit.figures = [plane(points, context)]
    exhibit.space = SpaceView(
      title: "The cloud in space",
      caption: Markup(
        "Along its first \(min(points.componentCount, 3)) principal components. Drag it to turn it; click a name in "
          + "the list to fade the other points."),
      positions: points.spatial, names: points.names,
      places: context.opensRegions ? points.places.map(\.link) : [], colourings: points.colourings)
    return exhibit
  }

  /// What mutants are points by; files of earlier versions have directions alone, and do not say so.
  private static func meaning(_ group: GroupReader) throws -> String {
    let kind = group.has(CloudListing.Columns.pointKind) ? try group.texts(CloudListing.Columns.pointKind).first : nil
    return kind == MutantPoint.response.rawValue
      ? "what later blocks answer to it: where it moves the residual stream, less what it adds there itself"
      : "where it moves the residual stream, with what it adds there itself"
  }

  /// What became of the points that are not in the cloud.
  private static func losses(_ fates: [String], _ counts: [Int]) -> String {
    let lost = zip(fates, counts).dropFirst().filter { $0.1 > 0 }
    guard !lost.isEmpty else { return "" }
    return "Of \(Numeral.items(counts.reduce(0, +), "point")) some are left out: "
      + lost.map { "\(Numeral.count($0.1)) \($0.0)" }.joined(separator: ", ") + "."
  }

  private static func plane(_ points: CloudPoints, _ context: CloudContext) -> Figure {
    let stride = (points.count + pointLimit - 1) / pointLimit
    let listed = Array(Swift.stride(from: 0, to: points.count, by: stride))
    let shown = near(listed, points)
    let colouring = points.colourings[0]
    let isClassed = colouring.classes.count > 1
    let radius = shown.count > 1000 ? 2.0 : 3.2
    func symbol(_ number: Int) -> PointSymbol {
      isClassed ? PointSymbol(class: colouring.classes.indices.contains(number) ? number : -1) : PointSymbol(.ink)
    }
    let plot = ScatterPlot(
      horizontal: .init(title: points.axis(0)), vertical: .init(title: points.axis(1)),
      points: shown.map { point in
        let own = colouring.values[point]
        let word = colouring.classes.indices.contains(own) ? colouring.classes[own] : "none"
        return .init(
          x: points.position(point, 0), y: points.position(point, 1), symbol: symbol(own), radius: radius,
          tip: points.names[point] + (isClassed ? ", \(colouring.title): \(word)" : ""),
          place: context.opensRegions && !points.places.isEmpty ? points.places[point].link : nil)
      }, plotWidth: 760, plotHeight: 520, hasEqualScales: true)
    let present = Set(shown.map { colouring.values[$0] })
    let entries = colouring.classes.indices.filter(present.contains).map {
      Legend.Entry.symbol(symbol($0), colouring.classes[$0].cut(32))
    }
    let title = "The cloud along its first two principal components"
    return Figure(
      name: "cloud", title: title,
      caption: Markup(
        (isClassed ? "Coloured by \(colouring.title). " : "")
          + (stride > 1 ? "One in \(stride) of the \(Numeral.count(points.count)) points listed. " : "")
          + (shown.count < listed.count
            ? "\(Numeral.items(listed.count - shown.count, "point is", "points are")) too far out, or nowhere, to be "
              + "in the drawing."
            : "")),
      drawing: Drawing(
        plot.marks, width: plot.width, height: plot.height, legend: Legend(entries: isClassed ? entries : []),
        description: title))
  }

  /// Leaves out points that have no place, and the hundredth that is farthest from the middle if the rest would be
  /// small with it.
  private static func near(_ some: [Int], _ points: CloudPoints) -> [Int] {
    let lengths = some.map { hypot(points.position($0, 0), points.position($0, 1)) }
    let sorted = lengths.filter(\.isFinite).sorted()
    guard let farthest = sorted.last else { return [] }
    let most = sorted[(sorted.count - 1) * 99 / 100]
    let reach = farthest > 2 * most ? most : farthest
    return zip(some, lengths).filter { $0.1 <= reach }.map(\.0)
  }
}

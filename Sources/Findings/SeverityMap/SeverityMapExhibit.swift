import Archive
import Drawing
import Perturbations

/// Maps of the mutants whose texts share few words with the baseline's.
enum SeverityMapExhibit {
  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let labels = try group.labels("threshold")
    let inputs = try group.bytes(SeverityMap.Columns.inputs, "mutation", "threshold")
    let maps = context.maps
    var exhibit = Exhibit(
      name: "severity-maps", title: "Maps of severity",
      introduction: Markup(
        "The maps of large changes only: mutants whose texts share few words with the baseline's."))
    guard inputs.count == maps.mutationCount * labels.count else { return exhibit }
    let least = max(1, (context.ids.count + 1) / 2)
    let parts = labels.indices.compactMap { threshold -> FigureSet.Part? in
      func isBelow(_ region: Int, _ kind: Kind) -> Bool {
        guard let row = maps.mutations(region).first(where: { $0.kind == kind })?.row else { return false }
        return Int(inputs[row * labels.count + threshold]) >= least
      }
      guard maps.regions.indices.contains(where: { region in maps.comparedKinds.contains { isBelow(region, $0) } })
      else {
        return nil
      }
      let title = "Cosine of word counts below \(labels[threshold].cut(12))"
      return FigureSet.Part(
        name: "severity-map-\(threshold)", title: title,
        drawing: AtlasFigure.make(
          maps, kinds: maps.comparedKinds, palette: context.palette, name: "severity-map-\(threshold)", words: "below",
          description: title, isBelow), data: table(maps, isBelow))
    }
    guard !parts.isEmpty else { return exhibit }
    exhibit.set = FigureSet(
      title: "Maps of severity",
      caption: Markup(
        "Mutants with such a text on at least \(least) of \(Numeral.items(context.ids.count, "input")); the lower the "
          + "threshold, the larger the change."),
      label: "Threshold", parts: parts, isScale: true)
    return exhibit
  }

  /// Rows of a table that a page has room for.
  private static let rowLimit = 20_000

  /// The mutations that a map shows, as comma-separated values; empty where they are too many for a page.
  private static func table(_ maps: ScreenMaps, _ isBelow: (Int, Kind) -> Bool) -> String {
    let rows = maps.regions.enumerated().flatMap { number, region in
      maps.comparedKinds.filter { isBelow(number, $0) }.map { kind in
        "\(region.layer),\(region.matrix.rawValue),\(region.rows.lowerBound),\(region.columns.lowerBound),"
          + "\(region.rows.count),\(region.columns.count),\(kind.rawValue)\n"
      }
    }
    return rows.count > rowLimit ? "" : "layer,matrix,row,column,rows,columns,kind\n" + rows.joined()
  }
}

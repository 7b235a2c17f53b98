import Archive
import Drawing

/// The most sensitive regions.
enum RegionsExhibit {
  private static let rowLimit = 15
  /// Regions whose texts the page has in any case.
  private static let placeLimit = 200

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let places = try group.places("region")
    let nonSilent = try group.counts(SensitiveRegions.Columns.nonSilent, "region")
    let verdicts = try group.counts(SensitiveRegions.Columns.verdicts, "region")
    let divergence =
      group.has(SensitiveRegions.Columns.meanDivergence)
      ? try group.numbers(SensitiveRegions.Columns.meanDivergence, "region") : nil
    let kinds = try group.labels("kind")
    let isNonSilent = try group.truths(SensitiveRegions.Columns.kindIsNonSilent, "region", "kind")
    let rows = places.indices.prefix(rowLimit).map { index -> [Table.Cell] in
      let acting = kinds.indices.filter { isNonSilent[index * kinds.count + $0] }.map { kinds[$0] }
      var cells: [Table.Cell] = [
        .place(places[index].link), .number("\(Numeral.count(nonSilent[index])) of \(Numeral.count(verdicts[index]))"),
        .text(acting.joined(separator: ", ")),
      ]
      if let divergence { cells.insert(.number(Numeral.number(divergence[index])), at: 2) }
      return cells
    }
    var columns: [(title: String, isNumber: Bool)] = [
      ("region", false), ("verdicts non-silent", true), ("by the kinds", false),
    ]
    if divergence != nil { columns.insert(("mean divergence, nat", true), at: 2) }
    var exhibit = Exhibit(
      name: "regions", title: "The most sensitive regions",
      introduction: Markup(
        "Ranked by non-silent verdicts over all kinds and inputs. Open one to read what its mutants say."))
    exhibit.tables = [
      Table(
        title: "Regions with the most non-silent verdicts", columns: columns, rows: rows,
        note: places.count > rowLimit ? "The analysis file lists \(Numeral.count(places.count))." : "")
    ]
    exhibit.places = places.prefix(placeLimit).map(\.link)
    return exhibit
  }
}

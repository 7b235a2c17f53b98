import Drawing

/// The maps of both screens and their difference, a matrix at a time.
enum ComparedMapsExhibit {
  /// Regions that a page shows on maps at most.
  private static let regionLimit = 20_000

  static func make(_ comparison: Comparison) -> Exhibit {
    let entries = comparison.changes.entries
    let maps = MatrixMap.maps(
      of: entries.map(\.region), size: MatrixMap.largest(entries.map(\.region)[...]), in: comparison.extent
    ).map { ComparedMap($0, entries) }
    let ranked = maps.indices.sorted {
      let (one, other) = (maps[$0].weight, maps[$1].weight)
      return (other.findings, other.difference, $0) < (one.findings, one.difference, $1)
    }
    var (shown, regions): (Set<Int>, Int) = ([], 0)
    for place in ranked where shown.isEmpty || regions + maps[place].map.regions.count <= regionLimit {
      shown.insert(place)
      regions += maps[place].map.regions.count
    }
    let chosen = shown.sorted()
    let left =
      shown.count < maps.count
      ? " Of \(Numeral.count(maps.count)) matrices the \(Numeral.count(shown.count)) that changed most are here; the "
        + "table of regions has all." : ""
    var exhibit = Exhibit(
      name: "maps", title: "Maps",
      introduction: Markup(
        "The share of non-silent verdicts on every region that both screens have, at its place in its matrix: rows of "
          + "the stored tensor from top to bottom, columns from left to right."))
    exhibit.set = FigureSet(
      title: "A, B, and A less B",
      caption: Markup(
        "Shades of one matrix are on one scale in A and B. Red or blue says which screen is more severe there; a dot, "
          + "that the region changed by more than the shift of its matrix and layer.\(left)"),
      label: "Matrix", parts: chosen.map { maps[$0].part }, first: chosen.firstIndex(of: ranked[0]) ?? 0)
    return exhibit
  }
}

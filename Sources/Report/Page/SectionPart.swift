import Drawing

/// What a section shows at once, or what it folds.
struct SectionPart {
  var figures: ArraySlice<Figure> = []
  var sets: [FigureSet] = []
  var tables: ArraySlice<Table> = []
  var galleries: ArraySlice<Gallery> = []

  /// What is in it, in words: "2 figures, 1 table"; empty for nothing.
  var words: String {
    let texts = galleries.reduce(0) { $0 + $1.entries.count }
    let counts = [
      (figures.count + sets.count, "figure", "figures"), (tables.count, "table", "tables"),
      (texts, "group of texts", "groups of texts"),
    ]
    return counts.filter { $0.0 > 0 }.map { Numeral.items($0, $1, $2) }.joined(separator: ", ")
  }

  /// Divides an exhibit into what is shown and what is folded: on a long page all but the first figure, or the first
  /// table where there is nothing else. The tables of a zoom stay, for they open its maps.
  static func parts(of exhibit: Exhibit, isLong: Bool) -> (shown: SectionPart, folded: SectionPart) {
    let (figures, sets) = (exhibit.figures[...], [exhibit.set].compactMap { $0 })
    let tables = exhibit.tables.filter { !$0.rows.isEmpty }[...]
    guard isLong else {
      let all = SectionPart(figures: figures, sets: sets, tables: tables, galleries: exhibit.galleries[...])
      return (all, SectionPart())
    }
    let isAlone = figures.isEmpty && sets.isEmpty && exhibit.zoom == nil && exhibit.space == nil
    let tableCount = exhibit.zoom != nil ? tables.count : isAlone ? 1 : 0
    return (
      SectionPart(
        figures: figures.prefix(1), sets: figures.isEmpty ? sets : [], tables: tables.prefix(tableCount)),
      SectionPart(
        figures: figures.dropFirst(), sets: figures.isEmpty ? [] : sets, tables: tables.dropFirst(tableCount),
        galleries: exhibit.galleries[...])
    )
  }
}

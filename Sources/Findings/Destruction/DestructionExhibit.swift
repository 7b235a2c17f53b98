import Archive
import Drawing

/// Mutations after which the model says nothing sensible.
enum DestructionExhibit {
  private static let rowLimit = 15
  private static let placeLimit = 100

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let places = try group.places("entry")
    let kinds = try group.kinds(Destruction.Columns.kind, "entry")
    let cosines = try group.numbers(Destruction.Columns.meanCosine, "entry")
    let chances = try group.numbers(Destruction.Columns.adjustedPValue, "entry")
    var exhibit = Exhibit(
      name: "destruction", title: "Destructive mutations",
      introduction: Markup(
        "Mutations that leave little of what the model says, on every input; the rule is under Method."))
    exhibit.tables = [
      Table(
        title: "Destructive mutations with the smallest mean cosine",
        columns: [("region", false), ("kind", false), ("mean cosine", true), ("adjusted p", true)],
        rows: places.indices.prefix(rowLimit).map {
          [
            .place(places[$0].link), .text(kinds[$0].rawValue), .number(Numeral.number(cosines[$0])),
            .number(Numeral.chance(chances[$0])),
          ]
        }, note: places.count > rowLimit ? "The analysis file lists \(Numeral.count(places.count))." : "")
    ]
    exhibit.places = places.prefix(placeLimit).map(\.link)
    return exhibit
  }
}

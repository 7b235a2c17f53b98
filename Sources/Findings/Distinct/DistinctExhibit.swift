import Archive
import Drawing

/// How many different things the mutants say.
enum DistinctExhibit {
  private static let rowLimit = 60

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let inputs = try group.labels("input")
    let nonSilent = try group.counts(DistinctPhenotypes.Columns.inputNonSilent, "input")
    let distinct = try group.counts(DistinctPhenotypes.Columns.inputDistinct, "input")
    let rows = context.inputsByTask.order.filter { $0 < inputs.count }
    var exhibit = Exhibit(
      name: "distinct", title: "Different phenotypes",
      introduction: Markup(
        "Many mutants say the same: how many different continuations the non-silent mutants of each input have."))
    exhibit.tables = [
      Table(
        title: "Continuations by input",
        columns: [("input", false), ("task", false), ("non-silent mutants", true), ("different continuations", true)],
        rows: rows.prefix(rowLimit).map {
          [
            .text(inputs[$0].cut(40)), .text(context.tasks[$0].cut(24)), .number(Numeral.count(nonSilent[$0])),
            .number(Numeral.count(distinct[$0])),
          ]
        }, note: rows.count > rowLimit ? "The first \(rowLimit) of \(Numeral.items(rows.count, "input"))." : "")
    ]
    return exhibit
  }
}

import Archive
import Drawing

/// Regions that are sensitive on one task.
enum SpecificityExhibit {
  private static let rowLimit = 15
  /// Regions whose texts the page has in any case.
  private static let placeLimit = 100

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let tasks = try group.labels("task")
    let (exclusive, expected) = (
      try group.counts(Specificity.Columns.exclusive, "task"),
      try group.numbers(Specificity.Columns.exclusiveExpected, "task")
    )
    let specific = try group.counts(Specificity.Columns.specific, "task")
    let places = try group.places("region")
    let task = try group.counts(Specificity.Columns.specificTask, "region")
    let (onTask, onAll) = (
      try group.counts(Specificity.Columns.onTask, "region"), try group.counts(Specificity.Columns.onAll, "region")
    )
    let adjusted = try group.numbers(Specificity.Columns.adjustedPValue, "region")
    let ratios = try group.numbers(Specificity.Columns.logOddsRatio, "region")
    var exhibit = Exhibit(
      name: "specificity", title: "Regions of one task",
      introduction: Markup(
        "Regions whose non-silent verdicts fall on one task more than those of the whole screen do, and regions that "
          + "are silent on all other tasks. Open one to read what its mutants say."))
    exhibit.tables = [
      Table(
        title: "By task",
        columns: [("task", false), ("specific", true), ("silent on all others", true), ("as many by chance", true)],
        rows: tasks.indices.map {
          [
            .text(tasks[$0]), .number(Numeral.count(specific[$0])), .number(Numeral.count(exclusive[$0])),
            .number(Numeral.number(expected[$0])),
          ]
        }),
      Table(
        title: "The surest regions",
        columns: [
          ("region", false), ("task", false), ("non-silent on it", true), ("log odds ratio", true),
          ("adjusted p", true),
        ],
        rows: places.indices.prefix(rowLimit).map { index in
          [
            .place(places[index].link), .text(tasks.indices.contains(task[index]) ? tasks[task[index]] : ""),
            .number("\(Numeral.count(onTask[index])) of \(Numeral.count(onAll[index]))"),
            .number(Numeral.number(ratios[index])), .number(Numeral.chance(adjusted[index])),
          ]
        }, note: places.count > rowLimit ? "The analysis file lists \(Numeral.count(places.count))." : ""),
    ]
    exhibit.places = places.prefix(placeLimit).map(\.link)
    return exhibit
  }
}

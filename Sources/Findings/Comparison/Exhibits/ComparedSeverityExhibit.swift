import Drawing

/// How severe both screens are, by region, matrix and layer.
enum ComparedSeverityExhibit {
  static func make(_ comparison: Comparison) -> Exhibit {
    let rows = comparison.severities
    var exhibit = Exhibit(
      name: "severity", title: "Severity",
      introduction: Markup("How often mutants of the same regions say something else in A and in B."))
    exhibit.figures = [SeverityScatter(comparison.changes).figure, differences(rows)]
    exhibit.tables = [table(rows)]
    exhibit.numbers = numbers(comparison)
    return exhibit
  }

  private static func numbers(_ comparison: Comparison) -> [(name: String, value: String)] {
    let all = comparison.severities[0]
    return [
      ("non-silent in A", Numeral.share(all.first)), ("non-silent in B", Numeral.share(all.second)),
      ("regions in both", Numeral.count(comparison.correlation.regionCount)),
      ("correlation of severities", Numeral.number(comparison.correlation.found.overall)),
      ("within matrix and layer", Numeral.number(comparison.correlation.found.within)),
      ("regions that changed", Numeral.count(comparison.changes.findings.count)),
    ]
  }

  private static func differences(_ rows: [SeverityDifference]) -> Figure {
    let plot = IntervalPlot(
      entries: rows.map { row in
        .init(
          label: row.scope.words, value: row.difference, low: row.interval.low, high: row.interval.high,
          note: "\(Numeral.share(row.first)) in A, \(Numeral.share(row.second)) in B")
      }, title: "share in A less share in B", label: { Comparison.points($0) },
      tick: { Numeral.plain((1e4 * $0).rounded() / 100) + " points" }, reference: 0)
    return Figure(
      name: "differences", title: "Differences by matrix and layer",
      caption: Markup("The share of non-silent verdicts in A less that in B, with its interval of 95 % by inputs."),
      drawing: Drawing(
        width: plot.width, height: plot.height, description: "Differences of severity by matrix and layer",
        marks: plot.marks))
  }

  private static func table(_ rows: [SeverityDifference]) -> Table {
    let hasDivergence = rows.contains { $0.firstDivergence.isFinite }
    let titles =
      ["regions", "non-silent in A", "in B", "A less B", "95 % from", "to"]
      + (hasDivergence ? ["divergence in A, nat", "in B"] : [])
    return Table(
      title: "Severity by matrix and layer", columns: [("of", false)] + titles.map { ($0, true) },
      rows: rows.map { row in
        let divergences = [row.firstDivergence, row.secondDivergence].map { Table.Cell.number(Numeral.number($0)) }
        return [
          .text(row.scope.words), .number(Numeral.count(row.regionCount)), .number(Numeral.share(row.first)),
          .number(Numeral.share(row.second)), .number(Comparison.points(row.difference)),
          .number(Comparison.points(row.interval.low)), .number(Comparison.points(row.interval.high)),
        ] + (hasDivergence ? divergences : [])
      })
  }
}

import Archive
import Drawing

/// Lobes of a cloud: what they fire on, how they fire together, and whether lobes by function are lobes of space.
enum LobesExhibit {
  private static let documentCount = 5
  /// The largest number of lobes of a division that figures and tables show.
  private static let lobeLimit = 64

  static func make(_ group: GroupReader, _ context: CloudContext) throws -> Exhibit {
    let lobes = try LobeTable(group, names: context.group("lobe_names"))
    var exhibit = Exhibit(
      name: "lobes", title: "Lobes",
      introduction: Markup(
        "Points clustered by what they fire on, with each of several measures, and by the directions in which they "
          + "lie. Each agreement is shown beside its null, with its effect size."))
    if let tasks = context.group("lobe_tasks") { try addTasks(tasks, lobes, to: &exhibit) }
    if let cofiring = context.group("cofiring") {
      exhibit.figures += try CofiringFigure(cofiring).map { [$0.figure] } ?? []
    }
    if let comparison = context.group("lobe_comparison") { try addComparison(comparison, to: &exhibit) }
    exhibit.tables.insert(listing(lobes), at: 0)
    return exhibit
  }

  // MARK: Tasks

  private static func addTasks(_ group: GroupReader, _ lobes: LobeTable, to exhibit: inout Exhibit) throws {
    guard try group.labels("division") == lobes.divisions else { throw group.missing("division of the lobes") }
    exhibit.figures.append(try taskFigure(group, lobes))
    let names = [
      ("mutual_information", "permuted among all"),
      ("rate_mutual_information", "permuted among those of similar rates"),
    ]
    let nulls = try names.map { ($0.1, try NullColumns(group, of: $0.0, "division")) }
    let entries = lobes.divisions.indices.flatMap { division in
      nulls.map { $0.1.interval(division, label: "\(lobes.words(division)), \($0.0)") }
    }
    let title = "Lobes against the task that each point fires on most"
    exhibit.figures.append(
      figure(
        "lobes-task-agreement", title, entries, "adjusted mutual information",
        "Dots: agreement of the lobes with tasks. Lines: the null's mean ± 2 deviations, with lobes permuted among all "
          + "points, and among points that fire as often. Functional lobes are made of the firings that give the "
          + "tasks; lobes by geometry know the points alone."
      ))
  }

  private static func taskFigure(_ group: GroupReader, _ lobes: LobeTable) throws -> Figure {
    let (tasks, limit) = (try group.labels("task"), try group.length("lobe"))
    let shares = try group.numbers(LobeFindings.Columns.share, "division", "lobe", "task")
    let ratios = try group.numbers(LobeFindings.Columns.logOddsRatio, "division", "lobe", "task")
    let lows = try group.numbers(LobeFindings.Columns.logOddsRatioLow, "division", "lobe", "task")
    let highs = try group.numbers(LobeFindings.Columns.logOddsRatioHigh, "division", "lobe", "task")
    // e³ is twenty times the odds: beyond it colours would show only the emptiest cells.
    let most = min(ratios.filter(\.isFinite).map(abs).max() ?? 1, 3)
    let maps = lobes.shown.map { division -> (title: String, map: HeatMap) in
      let own = Array(lobes.lobes(division).prefix(min(limit, lobeLimit)))
      let cells = own.map { lobe in
        tasks.indices.map { task -> HeatMap.Cell in
          let place = (division * limit + lobe) * tasks.count + task
          let words =
            "lobe \(lobe) on \(tasks[task]): \(Numeral.share(shares[place])) of its points fire, log odds ratio "
            + "\(Numeral.number(ratios[place])), \(Numeral.number(lows[place])) to \(Numeral.number(highs[place]))"
          return .init(
            paint: .leaning(ratios[place], of: most), tip: words,
            label: String(Numeral.share(shares[place]).dropLast(2)),
            isMarked: lows[place] > 0)
        }
      }
      return (
        "Lobes \(lobes.words(division))",
        HeatMap(
          rows: own.map { "lobe \($0) · \(Numeral.count(lobes.size(division, $0)))" },
          columns: tasks.map { $0.cut(20) }, cells: cells, cellWidth: tasks.count > 16 ? 22 : 40,
          rowTitle: "points", areColumnsTurned: true)
      )
    }
    let (marks, width, height) = HeatMaps(parts: maps).layout
    let title = "What lobes fire on"
    return Figure(
      name: "lobes-tasks", title: title,
      caption: Markup(
        "Share of the lobe's points that fire on an input of a task, in percent. Colour is the log odds ratio "
          + "against the points of all other lobes; a dot says that its interval of 95 % is above zero."),
      drawing: Drawing(
        marks, width: width, height: height,
        legend: Legend(entries: [
          Legend.leanings(
            from: "less than others, to −\(Numeral.number(most))", to: "more, from \(Numeral.number(most)) on"),
          .dot("surely more"),
        ]), description: title))
  }

  // MARK: Comparison

  private static func addComparison(_ group: GroupReader, to exhibit: inout Exhibit) throws {
    let (measures, nulls) = (try group.labels("measure"), try group.labels("null"))
    let (lows, highs) = (
      try group.numbers(LobeFindings.Columns.accuracyLow, "measure"),
      try group.numbers(LobeFindings.Columns.accuracyHigh, "measure")
    )
    let statistics = [
      ("mutual_information", "Adjusted mutual information", "of functional lobes with geometric ones"),
      ("rand_index", "Adjusted Rand index", "of functional lobes with geometric ones"),
      ("accuracy", "Balanced accuracy", "of predicting the functional lobe of a held-out point from its position"),
    ]
    for (name, title, meaning) in statistics {
      let columns = try NullColumns(group, of: name, "measure", "null")
      let entries = columns.values.indices.map { place -> IntervalPlot.Entry in
        let measure = place / nulls.count
        let label =
          "\(LobeTable.spoken(measures[measure]).cut(20)), \(LobeTable.spoken(nulls[place % nulls.count]).cut(24))"
        let interval = ", 95 %: \(Numeral.number(lows[measure])) to \(Numeral.number(highs[measure]))"
        return columns.interval(place, label: label, note: name == "accuracy" ? interval : "")
      }
      exhibit.figures.append(
        figure(
          "lobes-\(name.replacing("_", with: "-"))", "\(title) \(meaning)", entries,
          "\(title.prefix(1).lowercased())\(title.dropFirst())",
          "Dots are values, lines the null's mean ± 2 deviations, for every measure of firing together and every null: "
            + "labels permuted among all points, or among points that fire as often, and points drawn at random with "
            + "the cloud's covariance."
        ))
    }
  }

  private static func figure(
    _ name: String, _ title: String, _ entries: [IntervalPlot.Entry], _ axis: String, _ caption: String
  ) -> Figure {
    let plot = IntervalPlot(
      entries: entries, title: axis, label: { Numeral.number($0) }, tick: { Numeral.number($0) })
    return Figure(
      name: name, title: title, caption: Markup(caption),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  // MARK: Names

  private static func listing(_ lobes: LobeTable) -> Table {
    let rows = lobes.shown.flatMap { division in
      lobes.lobes(division).prefix(lobeLimit).map { lobe -> [Table.Cell] in
        [
          .text(lobes.words(division)), .number("\(lobe)"), .number(Numeral.count(lobes.size(division, lobe))),
          .text(lobes.documents(division, lobe, documentCount).map { $0.cut(40) }.joined(separator: " · ")),
        ]
      }
    }
    return Table(
      title: "Lobes and the documents that they fire on more than all others",
      columns: [("lobes", false), ("number", true), ("points", true), ("documents, the surest first", false)],
      rows: rows,
      note: lobes.divisions.count > lobes.shown.count
        ? "The analysis file has those by the other "
          + "\(Numeral.items(lobes.divisions.count - lobes.shown.count, "measure"))."
        : "")
  }
}

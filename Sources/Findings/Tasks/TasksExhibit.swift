import Archive
import Drawing

/// Shares of non-silent verdicts by task, with their intervals.
enum TasksExhibit {
  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let tasks = try group.labels("task")
    let shares = try group.numbers(Tasks.Columns.share, "task")
    let (low, high) = (
      try group.numbers(Tasks.Columns.shareLow, "task"), try group.numbers(Tasks.Columns.shareHigh, "task")
    )
    let (inputs, regions) = (
      try group.counts(Tasks.Columns.inputs, "task"), try group.counts(Tasks.Columns.regions, "task")
    )
    // What is no number comes last.
    let ranks = shares.map { $0.isFinite ? $0 : -.infinity }
    let order = tasks.indices.sorted { ranks[$0] == ranks[$1] ? $0 < $1 : ranks[$0] > ranks[$1] }
    let plot = IntervalPlot(
      entries: order.map { task in
        .init(
          label: tasks[task].cut(24), value: shares[task], low: low[task], high: high[task],
          note: "\(Numeral.items(inputs[task], "input")), \(Numeral.items(regions[task], "region"))")
      }, title: "verdicts that are non-silent", label: { Numeral.share($0) },
      tick: { Numeral.tick($0) })
    var exhibit = Exhibit(
      name: "tasks", title: "What the tasks need",
      introduction: Markup("Which of the inputs' tasks the mutants disturb, over all layers, matrices and kinds."))
    exhibit.figures = [
      Figure(
        name: "tasks", title: "Non-silent verdicts by task",
        caption: Markup(
          "Dots are shares, lines their 95 % intervals. At the right: the number of inputs of the task, and of "
            + "regions with a mutant that is non-silent on one of them."),
        drawing: Drawing(
          width: plot.width, height: plot.height, description: "Non-silent verdicts by task", marks: plot.marks))
    ]
    return exhibit
  }
}

import Archive
import Drawing

/// The figures and the table of modularity, read from its group.
struct ModularityDrawings {
  private let study: GroupReader
  private let hosts: [String]
  private let tasks: [String]
  private let percents: [Double]
  private let goals: [Double]

  init(_ study: GroupReader) throws {
    self.study = study
    hosts = try study.labels("host")
    tasks = try study.labels("task")
    percents = try study.coordinates("percent")
    goals = study.has("kept") ? try study.coordinates("goal") : []
  }

  var figures: [Figure] {
    get throws { [try specificity, try overlap, try matrix, try concentration] + (try goals.indices.map(kept)) }
  }

  private func figure(_ name: String, _ title: String, _ caption: String, _ plot: LinePlot) -> Figure {
    Figure(
      name: "modularity-" + name, title: title, caption: Markup(caption),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  // MARK: Curves

  /// A curve along the percents from a column over hosts and percents.
  private func curve(_ name: String, _ host: Int, called label: String, class number: Int) throws -> LinePlot.Series {
    let values = try study.numbers(name, "host", "percent")
    return LinePlot.Series(
      name: label,
      points: percents.indices.map { LinePlot.Point(x: percents[$0], y: values[host * percents.count + $0]) },
      style: SeriesStyle(class: number))
  }

  /// The mean of draws along the percents, with a band that leaves out a fortieth on either side.
  private func band(_ name: String, _ host: Int, called label: String, class number: Int) throws -> LinePlot.Series {
    let values = try study.numbers(name, "host", "percent", "draw")
    let count = try study.length("draw")
    let points = percents.indices.map { percent -> LinePlot.Point in
      let start = (host * percents.count + percent) * count
      let own = values[start..<start + count].sorted()
      guard let first = own.first, let last = own.last else { return LinePlot.Point(x: percents[percent], y: .nan) }
      let left = count / 40
      return LinePlot.Point(
        x: percents[percent], y: own.reduce(0, +) / Double(count), low: left > 0 ? own[left] : first,
        high: left > 0 ? own[count - 1 - left] : last)
    }
    return LinePlot.Series(name: label, points: points, style: SeriesStyle(class: number))
  }

  private func title(_ name: String, of host: Int) -> String { host == 0 ? name : "\(name), \(hosts[host])" }

  private var specificity: Figure {
    get throws {
      let own = try hosts.indices.flatMap { host in
        [
          try band("specificity_draws", host, called: title("pseudo-tasks", of: host), class: 2 * host + 1),
          try curve("specificity_mean", host, called: title("tasks", of: host), class: 2 * host),
        ]
      }
      let plot = LinePlot(
        series: own, horizontal: .init(title: "units of a task, percent"),
        vertical: .init(title: "mean score of its units"), references: [ReferenceLine(1, name: "as on all rows")],
        bounds: [0])
      return figure(
        "specificity", "How much more tasks' units do on their task",
        "How many times as much the units of a task do on its rows as on those of all tasks; bands hold 95 % of "
          + "\(Numeral.count(try study.length("draw"))) deals of the same rows to pseudo-tasks.", plot)
    }
  }

  private var overlap: Figure {
    get throws {
      let chance = try study.numbers("overlap_chance", "percent")
      let random = LinePlot.Series(
        name: "units at random", points: percents.indices.map { .init(x: percents[$0], y: chance[$0]) },
        style: SeriesStyle(paint: .quiet, dashes: [2, 3]))
      let own = try hosts.indices.flatMap { host in
        [
          try band("overlap_draws", host, called: title("pseudo-tasks", of: host), class: 2 * host + 1),
          try curve("overlap_mean", host, called: title("tasks", of: host), class: 2 * host),
        ]
      }
      let plot = LinePlot(
        series: [random] + own, horizontal: .init(title: "units of a task, percent"),
        vertical: .init(title: "units that another task has too", label: Numeral.tick), value: { Numeral.share($0) },
        bounds: [0])
      return figure(
        "overlap", "Units that tasks share",
        "Mean overlap of two tasks, and of pseudo-tasks, to which the same rows are dealt anew: bands hold 95 % of "
          + "\(Numeral.count(try study.length("draw"))) deals. Tasks below pseudo-tasks have units of their own; below "
          + "chance are both, by arithmetic.", plot)
    }
  }

  private var concentration: Figure {
    get throws {
      let own = try hosts.indices.flatMap { host in
        [
          try band(
            "concentration_shuffled_draws", host, called: title("random clusters", of: host), class: 3 * host + 2),
          try band("concentration_draws", host, called: title("pseudo-tasks", of: host), class: 3 * host + 1),
          try curve("concentration_mean", host, called: title("tasks", of: host), class: 3 * host),
        ]
      }
      let packed = try study.numbers("concentration_packed", "percent")
      let whole = LinePlot.Series(
        name: "whole clusters", points: percents.indices.map { .init(x: percents[$0], y: packed[$0]) },
        style: SeriesStyle(paint: .quiet, dashes: [2, 3]))
      let plot = LinePlot(
        series: [whole] + own, horizontal: .init(title: "units of a task, percent of each layer"),
        vertical: .init(title: "concentration"))
      return figure(
        "concentration", "Whether the units of a task sit together",
        "Area under the cumulated counts of a task's units in clusters of the weights, fullest first, the mean over "
          + "layers and tasks; bands hold 95 % of the draws of pseudo-tasks, and of random clusters.", plot)
    }
  }

  // MARK: Squares

  private func square(
    _ values: ArraySlice<Double>, _ rows: String, _ columns: String, shading: MatrixPlot.Shading? = nil
  ) -> MatrixPlot {
    let numbers = Array(values)
    return MatrixPlot(
      rows: tasks, columns: tasks,
      values: tasks.indices.map { Array(numbers[$0 * tasks.count..<($0 + 1) * tasks.count]) }, shading: shading,
      rowTitle: rows, columnTitle: columns, value: { Numeral.tick(($0 * 1000).rounded() / 1000) })
  }

  private func figure(_ name: String, _ title: String, _ caption: String, _ plot: MatrixPlot) -> Figure {
    Figure(
      name: "modularity-" + name, title: title, caption: Markup(caption),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  /// The overlap of each two tasks at the middle percent.
  private var matrix: Figure {
    get throws {
      let values = try study.numbers("overlap", "host", "percent", "task", "other_task")
      let (size, place) = (tasks.count * tasks.count, percents.count / 2)
      var own = Array(values[place * size..<(place + 1) * size])
      for task in tasks.indices { own[task * tasks.count + task] = .nan }
      return figure(
        "overlap-matrix", "Overlap of each two tasks",
        "The share of a task's units that are the other's too, with \(Numeral.plain(percents[place])) % of all units "
          + "for each.", square(own[...], "of", "also of"))
    }
  }

  /// What every task keeps where one is pruned.
  private func kept(_ goal: Int) throws -> Figure {
    let values = try study.numbers("kept", "goal", "task", "other_task")
    let size = tasks.count * tasks.count
    return figure(
      "kept-\(Numeral.plain(goals[goal]).replacing(".", with: "-"))",
      "Tasks pruned to \(Numeral.plain(goals[goal])) %",
      "The share of its accuracy that each task keeps where a task loses its units, the best first, until it keeps "
        + "\(Numeral.plain(goals[goal])) % or less.",
      square(
        values[goal * size..<(goal + 1) * size], "pruned", "measured", shading: .sequential(from: 0, to: 1)))
  }

  // MARK: The table

  /// What pruning takes and leaves, by task; none where nothing was pruned.
  var tables: [Table] {
    get throws {
      guard !goals.isEmpty else { return [] }
      let accuracy = try study.numbers("accuracy", "task")
      let removed = try study.counts("removed", "goal", "task")
      let kept = try study.numbers("kept", "goal", "task", "other_task")
      let rows = tasks.indices.map { task -> [Table.Cell] in
        let cells = goals.indices.flatMap { goal -> [Table.Cell] in
          let count = removed[goal * tasks.count + task]
          let others = tasks.indices.filter { $0 != task }
            .map { kept[(goal * tasks.count + task) * tasks.count + $0] }.filter(\.isFinite)
          return [
            .number(count < 0 ? "–" : Numeral.count(count)),
            .number(Numeral.share(others.reduce(0, +) / Double(others.count))),
          ]
        }
        return [.text(tasks[task]), .number(Numeral.share(accuracy[task]))] + cells
      }
      let columns = goals.flatMap { goal -> [(title: String, isNumber: Bool)] in
        [("units to \(Numeral.plain(goal)) %", true), ("others keep", true)]
      }
      return [
        Table(
          title: "Tasks pruned", columns: [("task", false), ("first choice right", true)] + columns, rows: rows)
      ]
    }
  }
}

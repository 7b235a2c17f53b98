import Archive
import Drawing
import Statistics

extension Patching {
  public static func exhibit(_ study: GroupReader) throws -> Exhibit {
    let columns = try PatchingColumns(study)
    return Exhibit(
      name: name, title: "Paragraphs",
      introduction: Markup(
        "What a text has computed at the token that opens a paragraph is put where nothing but this token stands; how "
          + "well the paragraph is then predicted says how much of it was decided there."),
      figures: [columns.losses] + (try columns.layers(study)) + (try columns.scales(study)),
      tables: [try columns.table(study)], galleries: try columns.gallery(study))
  }
}

/// What the figures of paragraph patching have in common, as the file holds it.
private struct PatchingColumns {
  private let tasks: [String]
  private let conditions: [String]
  private let taskLoss: [Double]
  private let taskOfRow: [Int]

  init(_ study: GroupReader) throws {
    tasks = try study.labels("task").map { $0.isEmpty ? "all" : $0 }
    conditions = try study.labels("condition")
    taskLoss = try study.numbers("task_loss", "condition", "task")
    let tasks = tasks
    taskOfRow = try study.counts("task_of_row", "row").map { min(max($0, 0), tasks.count - 1) }
  }

  // MARK: Figures

  /// The mean loss in each condition, the tasks beside each other.
  var losses: Figure {
    let groups = conditions.indices.map { condition in
      BarPlot.Group(
        name: conditions[condition],
        bars: tasks.indices.map { BarPlot.Bar(taskLoss[condition * tasks.count + $0]) })
    }
    let plot = BarPlot(names: tasks, groups: groups, vertical: Axis.Words(title: "loss, nats a token"))
    return figure(
      "paragraph-losses", "Paragraphs behind what is left of the text before them",
      "Mean of −ln p of the paragraphs' tokens: behind the whole text (full), behind the opening alone (neutral, with "
        + "so many of the paragraph's tokens given), and with activations transplanted to the opening. mismatched, the "
        + "control, has those of another paragraph.",
      width: plot.width, height: plot.height, plot.marks)
  }

  /// The share that layers recover.
  func layers(_ study: GroupReader) throws -> [Figure] {
    guard study.has("share_by_layer") else { return [] }
    let shares = try study.numbers("share_by_layer", "layers", "task", "layer")
    let count = try study.length("layer")
    let series = ["alone", "all up to it"].enumerated().flatMap { kind, words in
      tasks.indices.map { task in
        LinePlot.Series(
          name: "\(tasks[task]), \(words)",
          points: (0..<count).map { layer in
            LinePlot.Point(x: Double(layer), y: shares[(kind * tasks.count + task) * count + layer])
          })
      }
    }
    let plot = LinePlot(
      series: series, horizontal: Axis.Words(title: "layer"),
      vertical: Axis.Words(title: "share of the gap recovered", label: Numeral.tick),
      references: [ReferenceLine(0, name: "opening alone"), ReferenceLine(1, name: "whole text")], bounds: [0, 1])
    return [
      figure(
        "paragraph-layers", "Layers that hold what follows",
        "How much of the gap between the opening alone and the whole text the transplant of one layer recovers, and "
          + "that of all layers up to it.", width: plot.width, height: plot.height, plot.marks)
    ]
  }

  /// The loss by the transplant's scale, where there are several.
  func scales(_ study: GroupReader) throws -> [Figure] {
    let scales = try study.coordinates("scale")
    let losses = try study.numbers("loss_by_scale", "scale", "row")
    guard scales.count > 1 else { return [] }
    let order = scales.indices.sorted { scales[$0] < scales[$1] }
    let series = tasks.indices.map { task in
      let rows = taskOfRow.indices.filter { taskOfRow[$0] == task }
      return LinePlot.Series(
        name: tasks[task],
        points: order.map { scale in
          LinePlot.Point(x: scales[scale], y: rows.map { losses[scale * taskOfRow.count + $0] }.mean)
        })
    }
    let plot = LinePlot(
      series: series, horizontal: Axis.Words(title: "factor of the transplant"),
      vertical: Axis.Words(title: "loss, nats a token"))
    return [
      figure(
        "paragraph-scales", "The transplant in smaller and larger doses",
        "Mean over paragraphs of the mean loss; 0 is the opening alone, 1 the transplant as it is, and beyond 1 the "
          + "difference between the two is exaggerated.", width: plot.width, height: plot.height, plot.marks)
    ]
  }

  private func figure(
    _ name: String, _ title: String, _ caption: String, width: Double, height: Double, _ marks: [Mark]
  ) -> Figure {
    Figure(
      name: name, title: title, caption: Markup(caption),
      drawing: Drawing(width: width, height: height, description: title, marks: marks))
  }

  // MARK: Table

  func table(_ study: GroupReader) throws -> Table {
    func column(_ name: String) throws -> [Double] { try study.numbers(name, "task") }
    let (gap, recovered, own) = (try column("gap"), try column("recovered"), try column("own"))
    let (share, low, high) = (try column("share"), try column("share_low"), try column("share_high"))
    let (chance, ownChance) = (try column("recovered_p"), try column("own_p"))
    let count = try study.counts("paragraphs", "task")
    return Table(
      title: "What the transplant recovers",
      columns: [
        ("task", false), ("paragraphs", true), ("gap, nats", true), ("recovered", true), ("share", true),
        ("95 % of draws", true), ("p", true), ("better than mismatched", true), ("p", true),
      ],
      rows: tasks.indices.map { task in
        [
          .text(tasks[task]), .number(Numeral.count(count[task])), .number(Numeral.number(gap[task])),
          .number(Numeral.number(recovered[task])), .number(Numeral.share(share[task])),
          .number("\(Numeral.share(low[task])) to \(Numeral.share(high[task]))"),
          .number(Numeral.chance(chance[task])), .number(Numeral.number(own[task])),
          .number(Numeral.chance(ownChance[task])),
        ]
      },
      note: "p: two-sided, by flips of the signs of paragraphs' differences.")
  }

  // MARK: Texts

  /// Paragraphs of each task that are shown.
  private static let shownCount = 3

  func gallery(_ study: GroupReader) throws -> [Gallery] {
    guard study.has("text") else { return [] }
    let contexts = try study.labels("context")
    let (before, truth) = (try study.texts("before_text", "row"), try study.texts("true_text", "row"))
    let texts = try study.texts("text", "context", "row")
    let distances = try study.numbers("tfidf_distance", "context", "row")
    let entries = tasks.indices.flatMap { task in
      taskOfRow.indices.filter { taskOfRow[$0] == task }.prefix(Self.shownCount).map { row in
        Gallery.Entry(
          title: "\(tasks[task]), row \(row)", note: "what the model writes in the paragraph's place",
          samples: contexts.indices.map { context in
            let place = context * taskOfRow.count + row
            return Gallery.Sample(
              input: before[row], baseline: truth[row], text: texts[place], place: nil,
              note: "\(contexts[context]), TF-IDF distance \(Numeral.number(distances[place]))")
          })
      }
    }
    return [Gallery(entries: entries)]
  }
}

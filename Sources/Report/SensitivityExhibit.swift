import Drawing
import Perturbations
import Transformer

/// Shares of non-silent verdicts by layer, matrix, kind and task.
enum SensitivityExhibit {
  static func make(_ group: GroupReader, _ context: ReportContext) throws -> Exhibit {
    let table = try SensitivityTable(group, context.maps)
    var exhibit = Exhibit(
      name: "sensitivity", title: "Where the model is sensitive",
      introduction: Markup(
        "A verdict is one mutant on one input. It is non-silent when the mutant's continuation differs from the "
          + "baseline's."
      ))
    exhibit.figures = [
      figure(
        "sensitivity", "Non-silent verdicts by layer and matrix", table, [("all kinds, all inputs", table.all)],
        isLabelled: true, "Share of verdicts that are non-silent, in percent.")
    ]
    if table.kinds.count > 1 {
      exhibit.figures.append(
        figure(
          "sensitivity-by-kind", "The same by kind of mutation", table,
          zip(table.kinds.map(\.rawValue), table.byKind).map { ($0, $1) }, isLabelled: false,
          "All inputs together, on a common scale."))
    }
    if table.tasks.count > 1 {
      exhibit.figures.append(
        figure(
          "sensitivity-by-task", "The same by task", table,
          zip(table.tasks, table.byTask).map { ($0.cut(24), $1) }, isLabelled: false,
          "All kinds together, on a common scale."))
    }
    exhibit.findings = findings(table)
    return exhibit
  }

  // MARK: Figures

  private static func figure(
    _ name: String, _ title: String, _ table: SensitivityTable,
    _ parts: [(title: String, cells: SensitivityTable.Cells)],
    isLabelled: Bool, _ caption: String
  ) -> Figure {
    let limit = parts.flatMap { $0.cells.values.map(\.value) }.filter(\.isFinite).max() ?? 1
    let maps = parts.map { part in
      let map = table.frame.map(cellWidth: isLabelled ? 64 : 34) { key in
        guard let share = part.cells[key] else { return nil }
        return HeatMap.Cell(
          paint: .magnitude(share.value, of: limit),
          tip: "layer \(key.layer) \(key.matrix.rawValue), \(part.title): \(Numeral.share(share.value)) of "
            + Numeral.items(share.total, "verdict"),
          label: isLabelled ? String(Numeral.share(share.value).dropLast(2)) : "")
      }
      return (part.title, map)
    }
    let (marks, width, height) = HeatMaps(parts: maps).layout
    return Figure(
      name: name, title: title, caption: Markup(caption),
      drawing: Drawing(
        marks, width: width, height: height,
        legend: Legend(
          entries: [Legend.shades(from: "0 %", to: Numeral.share(limit))] + (maps.first?.1.hatching ?? [])),
        description: title))
  }

  // MARK: Sentences

  private static func findings(_ table: SensitivityTable) -> [Markup] {
    let ranked = table.all.filter { $0.value.value.isFinite }.sorted {
      ($1.value.value, $0.key.layer, $0.key.matrix.index) < ($0.value.value, $1.key.layer, $1.key.matrix.index)
    }
    guard let most = ranked.first, let least = ranked.last, ranked.count > 1 else { return [] }
    var sentences = [
      Markup(
        "The most sensitive matrix is layer \(most.key.layer) \(most.key.matrix.rawValue), where "
          + "\(Numeral.share(most.value.value)) of the verdicts are non-silent; the least is layer \(least.key.layer) "
          + "\(least.key.matrix.rawValue), with \(Numeral.share(least.value.value)).")
    ]
    let kinds = zip(table.kinds, table.byKind).map { kind, cells in
      (kind: kind, share: cells.values.reduce(into: Share()) { $0 += $1 }.value)
    }
    if kinds.count > 1 {
      let words = kinds.map { "\(Numeral.share($0.share)) by \($0.kind.rawValue)" }
      sentences.append(
        Markup("Of the verdicts on each kind, non-silent are \(words.joined(separator: ", ")).")
          + Markup(made: " <a href=\"#figure-sensitivity-by-kind\">By layer and matrix</a>."))
    }
    return sentences
  }
}

/// The group `sensitivity` as tables of layers by matrices.
private struct SensitivityTable {
  typealias Cells = [LayerTable.Key: Share]

  let frame: LayerTable
  let kinds: [Kind]
  let tasks: [String]
  var all: Cells = [:]
  /// Cells in the order of `kinds`.
  var byKind: [Cells]
  /// Cells in the order of `tasks`.
  var byTask: [Cells]

  init(_ group: GroupReader, _ maps: ScreenMaps) throws {
    let layers = try group.counts("layer", "combination")
    let matrices = try group.matrices("matrix", "combination")
    let kindOf = try group.kinds("kind", "combination")
    let nonSilent = try group.counts("task_non_silent", "combination", "task")
    let verdicts = try group.counts("task_verdicts", "combination", "task")
    let kinds = Kind.allCases.filter(Set(kindOf).contains)
    frame = LayerTable(layers: layers, matrices: matrices, on: maps)
    self.kinds = kinds
    tasks = try group.labels("task")
    byKind = Array(repeating: [:], count: kinds.count)
    byTask = Array(repeating: [:], count: tasks.count)
    for combination in layers.indices {
      let key = LayerTable.Key(layer: layers[combination], matrix: matrices[combination])
      for task in tasks.indices {
        let place = combination * tasks.count + task
        let share = Share(nonSilent: nonSilent[place], total: verdicts[place])
        all[key, default: Share()] += share
        byTask[task][key, default: Share()] += share
        if let kind = kinds.firstIndex(of: kindOf[combination]) { byKind[kind][key, default: Share()] += share }
      }
    }
  }
}

import Archive
import Drawing
import Perturbations
import Statistics
import Transformer

/// Shares of non-silent verdicts by layer, matrix, kind and task.
enum SensitivityExhibit {
  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
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
    return exhibit
  }

  // MARK: Figures

  private static func figure(
    _ name: String, _ title: String, _ table: SensitivityTable,
    _ parts: [(title: String, cells: SensitivityTable.Cells)],
    isLabelled: Bool, _ caption: String
  ) -> Figure {
    let limit = parts.flatMap { $0.cells.values.map(\.share) }.filter(\.isFinite).max() ?? 1
    let maps = parts.map { part in
      let map = table.frame.map(cellWidth: isLabelled ? 64 : 34) { key in
        guard let share = part.cells[key] else { return nil }
        return HeatMap.Cell(
          paint: .magnitude(share.share, of: limit),
          tip: "layer \(key.layer) \(key.matrix.rawValue), \(part.title): \(Numeral.share(share.share)) of "
            + Numeral.items(share.total, "verdict"),
          label: isLabelled ? String(Numeral.share(share.share).dropLast(2)) : "")
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
}

/// The group `sensitivity` as tables of layers by matrices.
private struct SensitivityTable {
  typealias Cells = [LayerTable.Key: Proportion]

  let frame: LayerTable
  let kinds: [Kind]
  let tasks: [String]
  var all: Cells = [:]
  /// Cells in the order of `kinds`.
  var byKind: [Cells]
  /// Cells in the order of `tasks`.
  var byTask: [Cells]

  init(_ group: GroupReader, _ maps: ScreenMaps) throws {
    let layers = try group.counts(Sensitivity.Columns.layer, "combination")
    let matrices = try group.matrices(Sensitivity.Columns.matrix, "combination")
    let kindOf = try group.kinds(Sensitivity.Columns.kind, "combination")
    let nonSilent = try group.counts(Sensitivity.Columns.taskNonSilent, "combination", "task")
    let verdicts = try group.counts(Sensitivity.Columns.taskVerdicts, "combination", "task")
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
        let share = Proportion(count: nonSilent[place], total: verdicts[place])
        all[key, default: Proportion()] += share
        byTask[task][key, default: Proportion()] += share
        if let kind = kinds.firstIndex(of: kindOf[combination]) { byKind[kind][key, default: Proportion()] += share }
      }
    }
  }
}

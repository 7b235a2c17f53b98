import Archive
import Drawing
import Perturbations
import Transformer

/// How far what mutants say is from the baseline.
enum SeverityExhibit {
  /// A mean of the group, and how the page calls it.
  private struct Measure {
    let name: String
    let title: String
    let caption: String
    /// What is dark: the distance from the value of a text that equals the baseline's.
    let distance: @Sendable (Double) -> Double
  }

  private static let measures = [
    Measure(
      name: Severity.Quantity.cosine.rawValue, title: "Cosine of word counts",
      caption:
        "The cosine of word counts with the baseline's text, of non-silent verdicts: 1 for the same words. The darker, "
        + "the fewer words are shared.",
      distance: { 1 - $0 }),
    Measure(
      name: Severity.Quantity.editDistance.rawValue, title: "Edit distance",
      caption: "Levenshtein's distance from the baseline's text in tokens, of non-silent verdicts.", distance: { $0 }),
    Measure(
      name: Severity.Quantity.divergence.rawValue, title: "Divergence",
      caption: "How far predictions along the baseline's text move, in nats, of all verdicts.",
      distance: { $0 }),
    Measure(
      name: Severity.Quantity.logPerplexityChange.rawValue, title: "Change of log perplexity",
      caption: "How much less likely a mutant finds the baseline's text, in nats, of all verdicts.",
      distance: { max($0, 0) }),
  ]

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let frame = try Frame(group, context.maps)
    var exhibit = Exhibit(
      name: "severity", title: "How severe the changes are",
      introduction: Markup("Means by layer, matrix and kind, over tasks weighted by their numbers of mutations."))
    exhibit.figures = try measures.filter { group.has($0.name) }.compactMap { measure in
      let means = frame.means(
        try group.numbers(measure.name, "combination", "task"),
        weights: try group.counts(measure.name + "_mutations", "combination", "task"))
      return figure(frame, measure, means)
    }
    if group.has(Severity.Columns.answersLost) {
      let lost = frame.sums(try group.counts(Severity.Columns.answersLost, "combination", "task"))
      let asked = frame.sums(try group.counts(Severity.Columns.answersLost + "_verdicts", "combination", "task"))
      if asked.reduce(0, +) > 0 {
        let measure = Measure(
          name: "answers_lost", title: "Answers lost",
          caption:
            "Of the verdicts on inputs that the baseline answers, the share in which the mutant's text no longer holds "
            + "the answer.",
          distance: { $0 })
        let shares = zip(lost, asked).map { $1 > 0 ? Double($0) / Double($1) : .nan }
        exhibit.figures += [figure(frame, measure, shares)].compactMap { $0 }
      }
    }
    return exhibit
  }

  /// nil where no value is a number.
  private static func figure(_ frame: Frame, _ measure: Measure, _ values: [Double]) -> Figure? {
    let distances = values.map(measure.distance)
    guard let limit = distances.filter(\.isFinite).max() else { return nil }
    let maps = frame.kinds.map { kind in
      let map = frame.table.map(cellWidth: frame.kinds.count > 1 ? 38 : 64) { key in
        guard let place = frame.place(key, kind), values[place].isFinite else { return nil }
        return HeatMap.Cell(
          paint: .magnitude(distances[place], of: limit),
          tip: "layer \(key.layer) \(key.matrix.rawValue), \(kind.rawValue): \(Numeral.number(values[place]))",
          label: Numeral.number(values[place]))
      }
      return (title: kind.rawValue, map: map)
    }
    let (marks, width, height) = HeatMaps(parts: maps).layout
    let ends = [values.filter(\.isFinite).min() ?? 0, values.filter(\.isFinite).max() ?? 0].map { Numeral.number($0) }
    let isFalling = measure.distance(1) < measure.distance(0)
    return Figure(
      name: "severity-" + measure.name.replacing("_", with: "-"), title: measure.title,
      caption: Markup(measure.caption),
      drawing: Drawing(
        marks, width: width, height: height,
        legend: Legend(
          entries: [
            isFalling ? Legend.shades(from: "1", to: ends[0]) : Legend.shades(from: "0", to: ends[1])
          ] + (maps.first?.map.hatching ?? [])), description: measure.title))
  }

  /// The combinations of the group, and sums over its tasks.
  private struct Frame {
    let table: LayerTable
    let kinds: [Kind]
    private let taskCount: Int
    private var places: [LayerTable.Key: [Kind: Int]] = [:]

    init(_ group: GroupReader, _ maps: ScreenMaps) throws {
      let layers = try group.counts(Severity.Columns.layer, "combination")
      let matrices = try group.matrices(Severity.Columns.matrix, "combination")
      let kindOf = try group.kinds(Severity.Columns.kind, "combination")
      table = LayerTable(layers: layers, matrices: matrices, on: maps)
      kinds = Kind.allCases.filter(Set(kindOf).contains)
      taskCount = try group.length("task")
      for place in layers.indices {
        places[LayerTable.Key(layer: layers[place], matrix: matrices[place]), default: [:]][kindOf[place]] = place
      }
    }

    func place(_ key: LayerTable.Key, _ kind: Kind) -> Int? { places[key]?[kind] }

    func sums(_ counts: [Int]) -> [Int] {
      guard taskCount > 0 else { return [] }
      return stride(from: 0, to: counts.count, by: taskCount).map { counts[$0..<$0 + taskCount].reduce(0, +) }
    }

    func means(_ values: [Double], weights: [Int]) -> [Double] {
      guard taskCount > 0 else { return [] }
      return stride(from: 0, to: values.count, by: taskCount).map { start in
        let places = (start..<start + taskCount).filter { values[$0].isFinite && weights[$0] > 0 }
        let total = places.reduce(0) { $0 + Double(weights[$1]) }
        return total > 0 ? places.reduce(0) { $0 + values[$1] * Double(weights[$1]) } / total : .nan
      }
    }
  }
}

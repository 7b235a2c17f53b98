import Archive
import Drawing

/// The section of a subject: what each measure puts first, what several sources put first, and which measures agree.
struct SubjectExhibit {
  /// Of common units and of pairs those that a page lists.
  private static let listLimit = 100
  /// Rows that each measure brings into the table of rows.
  private static let topRows = 3

  private let subject: AtlasSubject
  private let rows: GroupReader
  private let standouts: GroupReader
  private let agreement: GroupReader?

  init(_ subject: AtlasSubject, rows: GroupReader, standouts: GroupReader, agreement: GroupReader?) {
    self.subject = subject
    self.rows = rows
    self.standouts = standouts
    self.agreement = agreement
  }

  var exhibit: Exhibit {
    get throws {
      let plural = subject.plural
      let common = subject == .region ? nil : try commonTable
      return Exhibit(
        name: "atlas-\(subject.rawValue)", title: plural.prefix(1).uppercased() + plural.dropFirst(),
        introduction: Markup(
          "What all files say of each \(subject.noun). Measures of regions are also those of the units that the "
            + "regions make or read."),
        figures: try agreement.map { [try figure($0)] } ?? [],
        tables: [try firstTable] + (common.map { [$0] } ?? []) + [try rowTable]
          + (try agreement.map { [try pairTable($0)] } ?? []))
    }
  }

  // MARK: Agreement

  /// The correlations that count, of every two measures that have one.
  private func figure(_ group: GroupReader) throws -> Figure {
    let (firsts, seconds) = (try group.texts("first", "pair"), try group.texts("second", "pair"))
    let (within, beyond) = (
      try group.numbers("correlation", "pair"), try group.numbers("correlation_beyond_size", "pair")
    )
    var names: [String] = []
    for name in firsts + seconds where !names.contains(name) { names.append(name) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var values = names.map { _ in names.map { _ in Double.nan } }
    for pair in firsts.indices {
      guard let one = places[firsts[pair]], let other = places[seconds[pair]] else { continue }
      let value = beyond[pair].isFinite ? beyond[pair] : within[pair]
      values[one][other] = value
      values[other][one] = value
    }
    let plot = MatrixPlot(
      rows: names, columns: names, values: values, shading: .diverging(limit: 1), hasNumbers: names.count <= 24)
    let title = "Which measures of \(subject.plural) agree"
    return Figure(
      name: "atlas-\(subject.rawValue)-agreement", title: title,
      caption: Markup(
        "Rank correlation within layers, beyond the size of activations where that is known. Measures of one source "
          + "are not compared."),
      drawing: Drawing(width: plot.width, height: plot.height, description: title, marks: plot.marks))
  }

  private func pairTable(_ group: GroupReader) throws -> Table {
    let (firsts, seconds) = (try group.texts("first", "pair"), try group.texts("second", "pair"))
    let (within, beyond) = (
      try group.numbers("correlation", "pair"), try group.numbers("correlation_beyond_size", "pair")
    )
    let (rates, found) = (try group.numbers("false_discovery_rate", "pair"), try group.truths("is_found", "pair"))
    func claimed(_ pair: Int) -> Double { abs(beyond[pair].isFinite ? beyond[pair] : within[pair]) }
    let order = firsts.indices.filter { claimed($0).isFinite }.sorted { claimed($0) > claimed($1) }
    return Table(
      title: "Pairs of measures from different sources",
      columns: [
        ("first", false), ("second", false), ("ρ within layers", true), ("ρ beyond size", true),
        ("false discovery rate", true), ("found", false),
      ],
      rows: order.prefix(SubjectExhibit.listLimit).map { pair in
        [
          .text(firsts[pair]), .text(seconds[pair]), .number(Numeral.number(within[pair])),
          .number(Numeral.number(beyond[pair])), .number(Numeral.chance(rates[pair])),
          .text(found[pair] ? "yes" : ""),
        ]
      }, note: left(of: order.count))
  }

  // MARK: What stands out

  private var firstTable: Table {
    get throws {
      let names = try standouts.labels("measure")
      let places = try standouts.texts("place", "measure")
      let (values, times) = (
        try standouts.numbers("value", "measure"), try standouts.numbers("times_median", "measure")
      )
      let meanings = Dictionary(rows.group.variables.map { ($0.name, $0.longName) }) { first, _ in first }
      return Table(
        title: "What each measure puts first",
        columns: [
          ("measure", false), ("what it says", false), ("first", false), ("value", true),
          ("times the median", true),
        ],
        rows: names.indices.map {
          [
            .text(names[$0]), .text(meanings[names[$0]] ?? ""), .text(places[$0]), .number(Numeral.number(values[$0])),
            .number(Numeral.number(times[$0])),
          ]
        })
    }
  }

  private var commonTable: Table? {
    get throws {
      let layers = try standouts.counts("common_layer", "common")
      guard !layers.isEmpty else { return nil }
      let numbers = try standouts.counts("common_number", "common")
      let sources = try standouts.texts("common_sources", "common")
      let chances = try standouts.numbers("common_probability", "common")
      return Table(
        title: "Among the first of several sources",
        columns: [("layer", true), (subject.noun, true), ("sources", false), ("chance, times their number", true)],
        rows: layers.indices.prefix(SubjectExhibit.listLimit).map {
          [
            .number(layers[$0] < 0 ? "all" : String(layers[$0])), .number(String(numbers[$0])), .text(sources[$0]),
            .number(Numeral.chance(chances[$0])),
          ]
        }, note: left(of: layers.count))
    }
  }

  /// Rows that are among the first of any measure, with all measures.
  private var rowTable: Table {
    get throws {
      let dimensions = subject == .region ? ["region"] : ["layer", subject.rawValue]
      let measures = rows.group.variables.filter { variable in
        guard case .numbers = variable.values, variable.dimensions == dimensions else { return false }
        // One statistic of activations says how large they are; the file has the others.
        return !variable.name.contains(StudyMeasures.statistics + "_") || variable.name.contains("_rms")
      }
      let columns = try measures.map { try rows.numbers($0.name, over: dimensions) }
      var chosen: [Int] = []
      for values in columns {
        let known = values.indices.filter { values[$0].isFinite }
        for row in known.sorted(by: { abs(values[$0]) > abs(values[$1]) }).prefix(SubjectExhibit.topRows)
        where !chosen.contains(row) { chosen.append(row) }
      }
      return Table(
        title: "All that is known of those that any measure puts first",
        columns: [(subject.noun, false)] + measures.map { ($0.name, true) },
        rows: try chosen.sorted().map { row in
          [.text(try place(row))] + columns.map { .number(Numeral.number($0[row])) }
        }, note: "All others are in the file.")
    }
  }

  private func place(_ row: Int) throws -> String {
    guard subject == .region else {
      let count = max(1, try rows.length(subject.rawValue))
      return "layer \(row / count), \(row % count)"
    }
    let (layer, matrix) = (try rows.counts("layer", "region")[row], try rows.matrices("matrix", "region")[row])
    let (first, column) = (try rows.counts("row", "region")[row], try rows.counts("column", "region")[row])
    return "layer \(layer) \(matrix.rawValue), row \(first), column \(column)"
  }

  private func left(of count: Int) -> String {
    let left = count - SubjectExhibit.listLimit
    return left > 0 ? "\(Numeral.count(left)) more are in the file." : ""
  }
}

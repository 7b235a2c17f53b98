import Archive
import Drawing
import Foundation
import Perturbations
import Statistics

/// The pairs that interact, as a table and as a network.
enum PairsExhibit {
  private static let rowLimit = 40
  /// The pairs that are drawn at most.
  private static let edgeLimit = 60

  /// What the group says of one pair.
  private struct Row {
    let first: (place: Int, mutation: Mutation)
    let second: (place: Int, mutation: Mutation)
    let divergence: Double
    let interaction: Double
    let expected: Double
    let effect: Double
    let adjusted: Double

    var isFinding: Bool { adjusted <= FalseDiscoveryRate.level }
    var factor: String { Numeral.number(exp(effect)) }
  }

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let rows = try rows(group)
    let findings = rows.filter(\.isFinding)
    var exhibit = Exhibit(
      name: Pairs.name, title: "Pairs that interact",
      introduction: Markup(
        "Two mutations at once, compared with what such mutations usually do together in this screen: a pair is worse "
          + "than independent (synthetic lethal) or better (suppressing)."))
    exhibit.numbers = [
      ("mutations alone", Numeral.count(context.maps.mutationCount)), ("inputs", Numeral.count(context.ids.count)),
    ]
    if !findings.isEmpty { exhibit.figures = [network(findings)] }
    exhibit.tables = [table(rows, findings: findings.count)]
    return exhibit
  }

  private static func rows(_ group: GroupReader) throws -> [Row] {
    let (first, second) = (try PairSide.first.mutations(group), try PairSide.second.mutations(group))
    guard zip(first, second).allSatisfy({ $0.place != $1.place }) else {
      throw group.missing("two mutations of each pair")
    }
    func numbers(_ name: String) throws -> [Double] { try group.numbers(name, "entry") }
    let (divergence, interaction) = (try numbers(Pairs.Columns.divergence), try numbers(Pairs.Columns.interaction))
    let (expected, effect) = (try numbers(Pairs.Columns.expected), try numbers(Pairs.Columns.effect))
    let adjusted = try numbers(Pairs.Columns.adjusted)
    return first.indices.map { entry in
      Row(
        first: first[entry], second: second[entry], divergence: divergence[entry],
        interaction: interaction[entry], expected: expected[entry], effect: effect[entry], adjusted: adjusted[entry])
    }
  }

  private static func table(_ rows: [Row], findings: Int) -> Table {
    let shown = findings > 0 ? rows.filter(\.isFinding) : rows
    let note =
      findings == 0
      ? "No pair is a finding; these stand out most."
      : shown.count > rowLimit ? "The analysis file lists \(Numeral.count(shown.count))." : ""
    let places =
      "Mutations by layer, matrix, first row and column, and kind; times: geometric mean over inputs of divergence "
      + "over what is expected; interaction: less both alone; rate: false discovery rate."
    return Table(
      title: findings > 0 ? "Pairs beyond what is expected" : "Pairs nearest to a finding",
      columns: [
        ("first mutation", false), ("second mutation", false), ("times", true), ("", false), ("nat", true),
        ("expected", true), ("interaction", true), ("rate", true),
      ],
      rows: shown.prefix(rowLimit).map { row in
        [
          .text(place(row.first.mutation)), .text(place(row.second.mutation)), .number(row.factor),
          .text(!row.isFinding ? "" : row.effect > 0 ? "worse" : "better"),
          .number(Numeral.number(row.divergence)), .number(Numeral.number(row.expected)),
          .number(Numeral.number(row.interaction)), .number(Numeral.chance(row.adjusted)),
        ]
      }, note: [places, note].filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// A mutation by its layer, matrix, first row and column, and kind.
  private static func place(_ mutation: Mutation) -> String {
    let region = mutation.region
    return "\(region.layer) \(region.matrix.rawValue) \(region.rows.lowerBound), \(region.columns.lowerBound) "
      + mutation.kind.rawValue
  }

  private static func network(_ findings: [Row]) -> Figure {
    let drawn = findings.sorted { abs($0.effect) > abs($1.effect) }.prefix(edgeLimit)
    var mutations: [Int: Mutation] = [:]
    for row in drawn {
      for (place, mutation) in [row.first, row.second] { mutations[place] = mutation }
    }
    // Rows of the results file are in canonical order.
    let places = mutations.keys.sorted()
    let layers = Set(mutations.values.map(\.region.layer)).sorted()
    let nodes = places.compactMap { mutations[$0] }.map { mutation in
      let region = mutation.region
      return NetworkPlot.Node(
        group: layers.firstIndex(of: region.layer) ?? 0, name: "\(region.matrix.rawValue) \(mutation.kind.rawValue)",
        detail: "\(region.rows.lowerBound), \(region.columns.lowerBound)", tip: Pairs.words(mutation))
    }
    let largest = drawn.map { abs($0.effect) }.max() ?? 1
    let edges = drawn.map { row in
      NetworkPlot.Edge(
        first: places.firstIndex(of: row.first.place) ?? 0, second: places.firstIndex(of: row.second.place) ?? 0,
        weight: abs(row.effect) / largest, paint: row.effect > 0 ? .first : .second,
        tip: "\(Pairs.words(row.first.mutation)) and \(Pairs.words(row.second.mutation)): \(row.factor) times the "
          + "divergence that is expected")
    }
    let title = "The network of pairs that interact"
    let plot = NetworkPlot(groups: layers.map { "layer \($0)" }, nodes: nodes, edges: edges)
    let left = findings.count - drawn.count
    return Figure(
      name: "pairs-network", title: title,
      caption: Markup(
        "Mutations by layer, with their first row and column; a line joins two that interact, and is the wider the "
          + "further the pair is from what is expected: at most "
          + "\(Numeral.number(exp(largest))) times more, or as many times less."
          + (left > 0 ? " \(Numeral.items(left, "weaker pair")) \(left == 1 ? "is" : "are") not drawn." : "")),
      drawing: Drawing(
        plot.marks, width: plot.width, height: plot.height,
        legend: Legend(entries: [
          .line(.first, isDashed: false, "worse than independent (synthetic lethal)"),
          .line(.second, isDashed: false, "better than independent (suppressing)"),
        ]), description: title))
  }
}

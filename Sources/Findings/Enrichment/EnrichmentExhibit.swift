import Archive
import Drawing
import Perturbations
import Statistics
import Transformer

/// Row blocks and column blocks with more non-silent mutants than their matrix gives reason to expect.
enum EnrichmentExhibit {
  private static let mapLimit = 6
  private static let rowLimit = 12

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let table = try EnrichmentTable(group)
    let (stripes, found) = (table.found(\.margin), table.found(\.arithmetic))
    // Where there are none, those that come nearest.
    let shown = found.isEmpty ? (stripes.isEmpty ? Array(table.ranked.prefix(rowLimit)) : stripes) : found
    var exhibit = Exhibit(
      name: "enrichment", title: "Enrichment along rows and columns",
      introduction: Markup(
        "Row blocks and column blocks with more non-silent verdicts than expected: more than the totals of the other "
          + "axis give them; more than most blocks of their axis follow, once the sum that a constant region adds is "
          + "taken into account; and more than all other blocks of their axis. Stripes of the first kind are found "
          + "on random weights too."))
    let ranked = Dictionary(grouping: shown) { [$0.profile, $0.kind] }.sorted {
      ($1.value.count, $0.key[0], $0.key[1]) < ($0.value.count, $1.key[0], $1.key[1])
    }
    var profiles: [[Int]] = []
    var known: Set<Int> = []
    for (key, _) in ranked where known.insert(key[0]).inserted { profiles.append(key) }
    let maps = profiles.prefix(mapLimit).compactMap { EnrichmentMap($0[0], kind: $0[1], table, context.maps) }
    if !maps.isEmpty { exhibit.figures = [figure(maps)] }
    let title =
      found.isEmpty
      ? (stripes.isEmpty ? "None is enriched; these come nearest" : "Stripes, none of them beyond arithmetic")
      : "Blocks beyond arithmetic"
    exhibit.tables = [
      Table(
        title: title,
        columns: [
          ("matrix", false), ("axis", false), ("block", true), ("kind", false), ("share", true), ("by margins", true),
          ("adjusted p", true), ("by arithmetic", true), ("adjusted p", true), ("adjusted p alone", true),
        ],
        rows: shown.prefix(rowLimit).map { block in
          [
            .text("layer \(table.layers[block.profile]) \(table.matrices[block.profile].rawValue)"),
            .text(block.axis == 0 ? "row" : "column"), .number("\(block.block)"), .text(table.kinds[block.kind]),
            .number(percent(block.margin.share + block.margin.difference)), .number(percent(block.margin.share)),
            .number(Numeral.chance(block.margin.adjusted)), .number(percent(block.arithmetic.share)),
            .number(Numeral.chance(block.arithmetic.adjusted)), .number(Numeral.chance(block.alone.adjusted)),
          ]
        }, note: shown.count > rowLimit ? "The first \(rowLimit) of \(Numeral.count(shown.count))." : "")
    ]
    return exhibit
  }

  private static func percent(_ share: Double) -> String { share.isFinite ? Numeral.number(100 * share) + " %" : "–" }

  private static func figure(_ maps: [EnrichmentMap]) -> Figure {
    var marks: [Mark] = []
    var (x, y, lineHeight, width) = (0.0, 0.0, 0.0, 0.0)
    for map in maps {
      if x > 0, x + map.width > 960 { (x, y, lineHeight) = (0, y + lineHeight + 24, 0) }
      marks.append(.group(map.marks, x: x, y: y))
      lineHeight = max(lineHeight, map.height)
      width = max(width, x + map.width)
      x += map.width + 36
    }
    let title = "Stripes, and what stands beyond arithmetic"
    return Figure(
      name: "enrichment", title: title,
      caption: Markup(
        "The matrices with most such blocks. A cell is a region, the darker the more inputs its mutants of this kind "
          + "disturb. Bars at the right and below are the excess of each block: black where it is beyond arithmetic, "
          + "grey where it is a stripe that arithmetic may make, faint where the totals of the other axis explain it."),
      drawing: Drawing(
        marks, width: width, height: y + lineHeight,
        legend: Legend(
          entries: [
            .patch(.ink, "beyond arithmetic; of regions, non-silent on all inputs"),
            .patch(Paint(.quiet, opacity: 0.8), "a stripe"), .patch(Paint(.quiet, opacity: 0.35), "within chance"),
            .patch(.silent, "silent"),
          ] + (maps.contains(where: \.hasUnscreened) ? [.hatching("not screened")] : [])), description: title))
  }
}

/// The group `enrichment`.
private struct EnrichmentTable {
  /// What a block should hold by one expectation.
  struct Answer {
    let share: Double
    let difference: Double
    let adjusted: Double
  }

  struct Block {
    let profile: Int
    let kind: Int
    /// 0: row, 1: column.
    let axis: Int
    let block: Int
    let excess: Double
    let margin: Answer
    let arithmetic: Answer
    let alone: Answer

    var isBeyondArithmetic: Bool { arithmetic.adjusted <= FalseDiscoveryRate.level && arithmetic.difference > 0 }
    var isStripe: Bool { margin.adjusted <= FalseDiscoveryRate.level && margin.difference > 0 }
  }

  let layers: [Int]
  let matrices: [WeightMatrix]
  let kinds: [String]
  /// The blocks of the group, `[axis][profile, kind, block]`.
  private let blocks: [[Block]]

  init(_ group: GroupReader) throws {
    layers = try group.counts(Enrichment.Columns.layer, "profile")
    matrices = try group.matrices(Enrichment.Columns.matrix, "profile")
    let kinds = try group.labels("kind")
    self.kinds = kinds
    blocks = try ["row", "column"].enumerated().map { axis, name in
      let count = try group.length("\(name)_block")
      func values(_ what: String) throws -> [Double] {
        try group.numbers("\(name)_\(what)", "profile", "kind", "\(name)_block")
      }
      func answers(_ question: String) throws -> [Answer] {
        let (shares, differences) = (try values("\(question)_share"), try values("\(question)_difference"))
        let adjusted = try values("\(question)_adjusted_p_value")
        return shares.indices.map {
          Answer(share: shares[$0], difference: differences[$0], adjusted: adjusted[$0])
        }
      }
      let excess = try values("excess")
      let (margin, arithmetic, alone) = (try answers("margin"), try answers("arithmetic"), try answers("alone"))
      return excess.indices.map { place in
        Block(
          profile: place / max(count * kinds.count, 1), kind: place / max(count, 1) % max(kinds.count, 1), axis: axis,
          block: place % max(count, 1), excess: excess[place], margin: margin[place], arithmetic: arithmetic[place],
          alone: alone[place])
      }
    }
  }

  /// The blocks of one profile and kind along one axis; without those that its matrix does not have.
  func blocks(_ profile: Int, kind: Int, axis: Int) -> [Block] {
    blocks[axis].filter { $0.profile == profile && $0.kind == kind && $0.excess.isFinite }
  }

  /// The blocks that are findings by one answer, the largest effect first.
  func found(_ answer: KeyPath<Block, Answer>) -> [Block] {
    blocks.joined().filter {
      $0[keyPath: answer].adjusted <= FalseDiscoveryRate.level && $0[keyPath: answer].difference > 0
    }
    .sorted {
      ($1[keyPath: answer].difference, $0.profile, $0.kind) < ($0[keyPath: answer].difference, $1.profile, $1.kind)
    }
  }

  /// The blocks with an excess, the surest first.
  var ranked: [Block] {
    blocks.joined().filter { $0.margin.adjusted.isFinite && $0.excess > 0 }.sorted {
      ($0.margin.adjusted, -$0.margin.difference, $0.profile) < ($1.margin.adjusted, -$1.margin.difference, $1.profile)
    }
  }
}

/// A matrix map with the excess of its blocks beside it.
private struct EnrichmentMap {
  let width: Double
  let height: Double
  let marks: [Mark]
  /// Whether some of its regions were not screened.
  let hasUnscreened: Bool

  private static let barLength = 46.0

  /// nil where the maps have no such grid.
  init?(_ profile: Int, kind: Int, _ table: EnrichmentTable, _ maps: ScreenMaps) {
    let (layer, matrix) = (table.layers[profile], table.matrices[profile])
    guard let map = maps.maps.first(where: { $0.layer == layer && $0.matrix == matrix }), let grid = map.grid else {
      return nil
    }
    let size = min(14, 250 / Double(max(grid.rows, grid.columns)))
    let (mapWidth, mapHeight) = (Double(grid.columns) * size, Double(grid.rows) * size)
    let kinds = maps.kinds.filter { table.kinds[kind] == "all" || table.kinds[kind] == $0.rawValue }
    var cells = Array(repeating: [Paint?](repeating: nil, count: grid.columns), count: grid.rows)
    for region in map.regions where kinds.contains(where: { maps.isScreened(region, $0) }) {
      let cell = map.cell(of: maps.regions[region], at: region)
      let count = kinds.reduce(0) { $0 + maps.count(region, $1) }
      cells[cell / grid.columns][cell % grid.columns] = .magnitude(
        Double(count), of: Double(kinds.count * maps.channels.count))
    }
    hasUnscreened = cells.contains { $0.contains { $0 == nil } }
    let top = 22.0
    var marks: [Mark] = [
      .text("layer \(layer) \(matrix.rawValue), \(table.kinds[kind])", x: 0, y: 12, size: 11, isBold: true),
      .group(Hatching.ground(under: cells, columns: grid.columns, cellWidth: size, cellHeight: size), y: top),
      .group(Mark.cells(cells, width: size, height: size), y: top),
    ]
    let sides = [0, 1].map { table.blocks(profile, kind: kind, axis: $0) }
    let limit = sides.joined().map { abs($0.excess) }.max() ?? 1
    let bar = { (value: Double) in limit > 0 ? max(value, 0) / limit * EnrichmentMap.barLength : 0 }
    for block in sides[0] where block.block < grid.rows {
      marks.append(
        .rectangle(
          x: mapWidth + 5, y: top + Double(block.block) * size, width: bar(block.excess), height: max(size - 0.5, 0.5),
          fill: EnrichmentMap.paint(block), tip: EnrichmentMap.tip(block)))
    }
    for block in sides[1] where block.block < grid.columns {
      marks.append(
        .rectangle(
          x: Double(block.block) * size, y: top + mapHeight + 5, width: max(size - 0.5, 0.5), height: bar(block.excess),
          fill: EnrichmentMap.paint(block), tip: EnrichmentMap.tip(block)))
    }
    self.marks = marks
    width = max(mapWidth + 5 + EnrichmentMap.barLength, 170)
    height = top + mapHeight + 5 + EnrichmentMap.barLength
  }

  private static func paint(_ block: EnrichmentTable.Block) -> Paint {
    block.isBeyondArithmetic ? .ink : Paint(.quiet, opacity: block.isStripe ? 0.8 : 0.35)
  }

  private static func tip(_ block: EnrichmentTable.Block) -> String {
    "\(block.axis == 0 ? "row" : "column") block \(block.block): excess \(Numeral.number(block.excess)), adjusted p "
      + "beyond margins \(Numeral.chance(block.margin.adjusted)), beyond arithmetic "
      + "\(Numeral.chance(block.arithmetic.adjusted)), alone \(Numeral.chance(block.alone.adjusted))"
  }
}

import Archive
import Drawing
import Perturbations
import Statistics
import Transformer

/// Pairs of rows or columns whose sensitivities to maximum and minimum are opposite.
enum ComplementarityExhibit {
  private static let pairLimit = 8
  private static let rowLimit = 12

  static func make(_ group: GroupReader, _ context: ScreenContext) throws -> Exhibit {
    let pairs = try Pair.all(of: group)
    let found = pairs.filter { $0.adjusted <= FalseDiscoveryRate.level }.sorted { abs($0.score) > abs($1.score) }
    // Where there are none, those that come nearest.
    let shown = found.isEmpty ? pairs.filter(\.adjusted.isFinite).sorted { $0.adjusted < $1.adjusted } : found
    var exhibit = Exhibit(
      name: "complementarity", title: "Complementary patterns",
      introduction: Markup(
        "Pairs of row blocks or column blocks: where one is sensitive to maximum, the other is to minimum. The score "
          + "goes from −1, alike, to 1, opposite."))
    if let drawing = drawing(of: Array(shown.prefix(pairLimit)), context) {
      exhibit.figures = [
        Figure(
          name: "complementarity", title: "The most complementary pairs",
          caption: Markup(
            "For each pair both blocks are shown, maximum above and minimum below; a cell is a column or row of "
              + "regions. Cells are reordered so that those of one pattern are adjacent; the darker, the more inputs."),
          drawing: drawing)
      ]
    }
    exhibit.tables = [
      Table(
        title: found.isEmpty ? "None is beyond chance; these come nearest" : "Pairs beyond chance",
        columns: [
          ("matrix", false), ("axis", false), ("first", true), ("second", true), ("score", true), ("adjusted p", true),
        ],
        rows: shown.prefix(rowLimit).map { pair in
          [
            .text("layer \(pair.layer) \(pair.matrix.rawValue)"), .text(pair.isOfRows ? "rows" : "columns"),
            .number("\(pair.first)"), .number("\(pair.second)"), .number(Numeral.number(pair.score)),
            .number(Numeral.chance(pair.adjusted)),
          ]
        }, note: found.count > rowLimit ? "The first \(rowLimit) of \(Numeral.count(found.count))." : "")
    ]
    return exhibit
  }

  private struct Pair {
    let layer: Int
    let matrix: WeightMatrix
    let isOfRows: Bool
    /// Numbers of the blocks.
    let first: Int
    let second: Int
    let score: Double
    let adjusted: Double

    static func all(of group: GroupReader) throws -> [Pair] {
      let layers = try group.counts(Complementarity.Columns.layer, "pair")
      let matrices = try group.matrices(Complementarity.Columns.matrix, "pair")
      let isColumn = try group.truths(Complementarity.Columns.isColumn, "pair")
      let (first, second) = (
        try group.counts(Complementarity.Columns.first, "pair"),
        try group.counts(Complementarity.Columns.second, "pair")
      )
      let scores = try group.numbers(Complementarity.Columns.score, "pair")
      let adjusted = try group.numbers(Complementarity.Columns.adjustedPValue, "pair")
      return layers.indices.map {
        Pair(
          layer: layers[$0], matrix: matrices[$0], isOfRows: !isColumn[$0], first: first[$0], second: second[$0],
          score: scores[$0], adjusted: adjusted[$0])
      }
    }
  }

  // MARK: Drawing

  private static let plotWidth = 640.0
  private static let stripHeight = 11.0

  private static func drawing(of pairs: [Pair], _ context: ScreenContext) -> Drawing? {
    var marks: [Mark] = []
    var hasUnscreened = false
    var y = 0.0
    for pair in pairs {
      guard let strips = strips(of: pair, context.maps) else { continue }
      let axis = pair.isOfRows ? "rows" : "columns"
      marks.append(
        .text(
          "layer \(pair.layer) \(pair.matrix.rawValue), \(axis) \(pair.first) and \(pair.second): "
            + "\(Numeral.number(pair.score))",
          x: 0, y: y + 12, size: 11, isBold: true))
      y += 20
      let width = min(16, plotWidth / Double(max(strips[0].values.count, 1)))
      let order = strips[0].values.indices.sorted { left, right in
        let key = { (cell: Int) in
          strips[0].values[cell] - strips[1].values[cell] - strips[2].values[cell] + strips[3].values[cell]
        }
        return key(left) == key(right) ? left < right : key(left) > key(right)
      }
      for (place, strip) in strips.enumerated() {
        if place == 2 { y += 4 }
        marks.append(
          .text(
            "\(place < 2 ? pair.first : pair.second) \(strip.kind.rawValue)", x: 110, y: y + 9, anchor: .end, size: 9.5,
            fill: .quiet))
        let role: Paint.Role = strip.kind == .maximum ? .first : .second
        let cells = [order.map { strip.isScreened[$0] ? Paint(role, opacity: strip.values[$0]) : nil }]
        let height = stripHeight - 1
        hasUnscreened = hasUnscreened || cells[0].contains { $0 == nil }
        marks.append(
          .group(
            Hatching.ground(under: cells, columns: order.count, cellWidth: width, cellHeight: height)
              + Mark.cells(cells, width: width, height: height), x: 116, y: y))
        y += stripHeight
      }
      y += 14
    }
    guard y > 0 else { return nil }
    return Drawing(
      marks, width: 120 + plotWidth, height: y,
      legend: Legend(
        entries: [
          .patch(.first, "non-silent by maximum"), .patch(.second, "by minimum"), .patch(.silent, "silent"),
        ] + (hasUnscreened ? [.hatching("not screened")] : [])),
      description: "Sensitivity of complementary pairs of blocks")
  }

  /// Maximum and minimum of the first block, then of the second: the share of inputs on which each region is
  /// non-silent.
  private static func strips(
    of pair: Pair, _ maps: ScreenMaps
  ) -> [(kind: Kind, values: [Double], isScreened: [Bool])]? {
    guard let map = maps.maps.first(where: { $0.layer == pair.layer && $0.matrix == pair.matrix }), let grid = map.grid
    else { return nil }
    let count = pair.isOfRows ? grid.columns : grid.rows
    let blocks = pair.isOfRows ? grid.rows : grid.columns
    guard pair.first >= 0, pair.second >= 0, pair.first < blocks, pair.second < blocks else { return nil }
    var regions = [Int?](repeating: nil, count: map.cellCount)
    for region in map.regions { regions[map.cell(of: maps.regions[region], at: region)] = region }
    return [pair.first, pair.second].flatMap { block in
      [Kind.maximum, .minimum].map { kind in
        let own = (0..<count).map { place -> Int? in
          let cell = pair.isOfRows ? block * grid.columns + place : place * grid.columns + block
          return regions[cell].flatMap { maps.isScreened($0, kind) ? $0 : nil }
        }
        let values = own.map { $0.map { Double(maps.count($0, kind)) / Double(max(maps.channels.count, 1)) } ?? 0 }
        return (kind, values, own.map { $0 != nil })
      }
    }
  }
}

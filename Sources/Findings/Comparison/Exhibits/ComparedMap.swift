import Drawing
import Perturbations

/// The map of one matrix in A, in B, and their difference, side by side.
struct ComparedMap {
  private static let mapWidth = 250.0
  private static let gap = 34.0
  private static let titleHeight = 22.0
  /// Where there are more regions than these, cells have no tips, which would take most of the page.
  private static let tipLimit = 600

  let map: MatrixMap
  /// The regions of the map.
  private let changes: ArraySlice<RegionChange>
  /// The largest share in either screen, and the largest difference.
  private let limits: (share: Double, difference: Double)

  init(_ map: MatrixMap, _ all: [RegionChange]) {
    self.map = map
    changes = all[map.regions]
    let shares = changes.flatMap { [$0.first, $0.second] }
    limits = (shares.max() ?? 0, changes.map { abs($0.difference) }.max() ?? 0)
  }

  /// How much the matrix changed: findings first, then the mean difference.
  var weight: (findings: Int, difference: Double) {
    (changes.count(where: \.isFinding), changes.reduce(0) { $0 + abs($1.difference) } / Double(max(1, changes.count)))
  }

  var part: FigureSet.Part {
    FigureSet.Part(name: "map-\(map.layer)-\(map.matrix.rawValue)", title: map.name, drawing: drawing)
  }

  private var height: Double { ComparedMap.mapWidth * map.aspect }

  private var drawing: Drawing {
    let (width, gap) = (ComparedMap.mapWidth, ComparedMap.gap)
    let parts: [(String, [Mark])] = [
      ("A", cells { .magnitude($0.first, of: limits.share) }),
      ("B", cells { .magnitude($0.second, of: limits.share) }),
      (
        "A less B",
        cells { .leaning($0.difference, of: limits.difference) } + (isTipped ? tips : [])
          + changes.filter(\.isFinding).map(dot)
      ),
    ]
    let marks = parts.enumerated().flatMap { place, part -> [Mark] in
      let x = Double(place) * (width + gap)
      return [
        .text(part.0, x: x, y: 13, size: 12, isBold: true),
        .group(ground + part.1, x: x, y: ComparedMap.titleHeight),
      ]
    }
    return Drawing(
      marks, width: 3 * width + 2 * gap, height: ComparedMap.titleHeight + height,
      legend: Legend(entries: legend), description: "\(map.name): share of non-silent verdicts in A, in B, and A less B"
    )
  }

  private var legend: [Legend.Entry] {
    let limit = Numeral.number(100 * limits.difference)
    return [
      Legend.shades(from: "0 %", to: Numeral.share(limits.share)),
      Legend.leanings(from: "B more, −\(limit) points", to: "A more, \(limit) points"),
    ] + (changes.contains(where: \.isFinding) ? [.dot("changed by more than the shift")] : [])
      + (isWhole ? [] : [.hatching("not compared")])
  }

  // MARK: Cells

  private var isTipped: Bool { changes.count <= ComparedMap.tipLimit }

  /// Whether the regions cover the matrix.
  private var isWhole: Bool {
    changes.reduce(0) { $0 + $1.region.rows.count * $1.region.columns.count } >= map.rows * map.columns
  }

  private var ground: [Mark] {
    isWhole
      ? [.rectangle(x: 0, y: 0, width: ComparedMap.mapWidth, height: height, fill: .silent)]
      : Hatching.marks(x: 0, y: 0, width: ComparedMap.mapWidth, height: height)
        + Mark.rectangles(changes.map { place($0.region, .silent) })
  }

  private func place(
    _ region: Region, _ fill: Paint
  ) -> (x: Double, y: Double, width: Double, height: Double, fill: Paint) {
    let (across, down) = (ComparedMap.mapWidth / Double(map.columns), height / Double(map.rows))
    return (
      Double(region.columns.lowerBound) * across, Double(region.rows.lowerBound) * down,
      Double(region.columns.count) * across, Double(region.rows.count) * down, fill
    )
  }

  /// A rectangle for each region, one path for each of twenty shades.
  private func cells(_ paint: (RegionChange) -> Paint?) -> [Mark] {
    var shades: [Int: [RegionChange]] = [:]
    for change in changes {
      guard let own = paint(change) else { continue }
      let step = Int((own.opacity * 20).rounded())
      if step > 0 { shades[own.role == .second ? -step : step, default: []].append(change) }
    }
    return shades.sorted { $0.key < $1.key }.flatMap { step, own -> [Mark] in
      guard let role = own.first.flatMap(paint)?.role else { return [] }
      let shade = Paint(role, opacity: Double(abs(step)) / 20)
      return Mark.rectangles(own.map { place($0.region, shade) })
    }
  }

  /// Invisible rectangles that say what a cell is.
  private var tips: [Mark] {
    changes.map { change in
      let (x, y, width, height, _) = place(change.region, .paper)
      return .rectangle(
        x: x, y: y, width: width, height: height, fill: Paint(.paper, opacity: 0),
        tip: "row \(change.region.rows.lowerBound), column \(change.region.columns.lowerBound): "
          + "\(Numeral.share(change.first)) in A, \(Numeral.share(change.second)) in B, "
          + "expected \(Comparison.points(change.expected))")
    }
  }

  private func dot(_ change: RegionChange) -> Mark {
    let (x, y, width, height, _) = place(change.region, .ink)
    return .circle(x: x + width / 2, y: y + height / 2, radius: min(2.5, min(width, height) / 3), fill: .ink)
  }
}

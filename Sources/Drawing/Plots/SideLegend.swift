/// The names of what a plot shows, at its right: each at the height where it belongs, or as near as keeps all apart.
struct SideLegend: Sendable {
  /// What stands before a name.
  enum Sign: Sendable {
    case line(SeriesStyle)
    case patch(Paint)
    case reference
  }

  /// One name.
  struct Entry: Sendable {
    let sign: Sign
    let name: String
    /// The height at which it should stand, in pixels from the top of the drawing.
    let wish: Double
  }

  static let step = 17.0
  private static let size = 10.5
  private static let signWidth = 26.0

  /// The names in any order.
  var entries: [Entry] = []
  /// The height of the highest entry's middle at least.
  let top: Double
  /// The height of the lowest entry's middle at most, unless there are too many.
  let bottom: Double

  /// The width in pixels; 0 for no entries.
  var width: Double {
    guard !entries.isEmpty else { return 0 }
    let signs = entries.map { entry -> Double in if case .patch = entry.sign { 18 } else { SideLegend.signWidth + 6 } }
    return (signs.max() ?? 0) + Lettering.widest(of: entries.map(\.name), size: SideLegend.size)
  }

  /// The lowest pixel that the entries need.
  var end: Double { (heights.max() ?? 0) + SideLegend.step / 2 }

  /// The height of each entry's middle: of all places that keep the order and the distance, those with the least sum of
  /// squared moves, found by pooling neighbours (Ayer et al. 1955, Ann. Math. Stat. 26, 641–647).
  var heights: [Double] {
    let order = entries.indices.sorted { (entries[$0].wish, $0) < (entries[$1].wish, $1) }
    var pools: [(sum: Double, count: Int)] = []
    for (rank, entry) in order.enumerated() {
      pools.append((entries[entry].wish - Double(rank) * SideLegend.step, 1))
      while let last = pools.last, let before = pools.dropLast().last,
        last.sum / Double(last.count) < before.sum / Double(before.count)
      {
        pools.removeLast(2)
        pools.append((before.sum + last.sum, before.count + last.count))
      }
    }
    let latest = max(top, bottom - Double(entries.count - 1) * SideLegend.step)
    let means = pools.flatMap { Array(repeating: min(max($0.sum / Double($0.count), top), latest), count: $0.count) }
    var heights = entries.map { _ in 0.0 }
    for (rank, entry) in order.enumerated() { heights[entry] = means[rank] + Double(rank) * SideLegend.step }
    return heights
  }

  /// The marks, the signs beginning at a pixel.
  func marks(x: Double) -> [Mark] {
    zip(entries, heights).flatMap { entry, y in
      let (sign, room) = SideLegend.marks(of: entry.sign, x: x, y: y)
      return sign + [.text(entry.name, x: x + room, y: y + 3.7, size: SideLegend.size)]
    }
  }

  /// The marks of a sign, and where its name begins behind `x`.
  private static func marks(of sign: Sign, x: Double, y: Double) -> (marks: [Mark], room: Double) {
    switch sign {
    case .line(let style):
      let symbol = PointSymbol(style.paint, shape: style.shape).mark(x: x + signWidth / 2, y: y, radius: 3.5)
      return ([style.line([(x, y), (x + signWidth, y)]), symbol], signWidth + 6)
    case .patch(let paint): return ([.rectangle(x: x, y: y - 6, width: 12, height: 12, fill: paint)], 18)
    case .reference: return ([ReferenceLine.mark(from: x, to: x + signWidth, y: y)], signWidth + 6)
    }
  }
}

/// The nearest to parallelograms of those that a search comes upon, each once however often it does.
struct QuadrupleList {
  typealias Quadruple = NearestDifferences.Quadruple

  private let limit: Int
  private var kept: [Quadruple] = []
  private var seen: Set<DifferenceSearch.Corners> = []
  /// None that deviates more can be among the best.
  private(set) var bound = Double.infinity

  /// An empty list that keeps the `limit` best.
  init(limit: Int) { self.limit = limit }

  /// `key` is the same for all ways to name the corners.
  mutating func add(_ quadruple: Quadruple, key: DifferenceSearch.Corners) {
    guard quadruple.deviation <= bound, seen.insert(key).inserted else { return }
    kept.append(quadruple)
    guard kept.count >= 4 * limit else { return }
    kept = best
    bound = kept.last?.deviation ?? .infinity
  }

  /// The nearest first.
  var best: [Quadruple] { Array(kept.sorted { $0.isNearer(than: $1) }.prefix(limit)) }
}

extension NearestDifferences.Quadruple {
  /// Whether it comes before another in a list.
  func isNearer(than other: Self) -> Bool {
    deviation != other.deviation ? deviation < other.deviation : points.lexicographicallyPrecedes(other.points)
  }
}

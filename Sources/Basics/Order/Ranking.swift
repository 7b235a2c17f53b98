/// The order of numbered things by a score, the greatest first, equal scores by the smaller number.
public enum Ranking {
  /// The numbers of all scores in that order. No score may be NaN.
  public static func order(by scores: [Double]) -> [Int] {
    scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
  }

  /// The first `count` numbers in that order.
  public static func top(_ count: Int, by scores: [Double]) -> [Int] { Array(order(by: scores).prefix(count)) }

  /// For each of some chosen things another one of about the same magnitude: all are ranked by magnitude, and the
  /// chosen, the best rank first, each take the nearest free rank that is not chosen, of two equally near the better.
  ///
  /// There are as many as chosen ones, or all others where these are fewer.
  public static func matched(to chosen: [Int], magnitudes: [Double]) -> [Int] {
    let ranked = order(by: magnitudes)
    var rank = [Int](repeating: 0, count: ranked.count)
    for (place, number) in ranked.enumerated() { rank[number] = place }
    let own = Set(chosen)
    var free = FreeRanks(ranked.map { !own.contains($0) })
    return chosen.map { rank[$0] }.sorted().compactMap { free.takeNearest(to: $0).map { ranked[$0] } }
  }

  /// Ranks that are taken one after the other; each side's next free one is found by path compression.
  private struct FreeRanks {
    private var below: [Int]
    private var above: [Int]

    init(_ isFree: [Bool]) {
      // Places are shifted by one, so that 0 and count + 1 stand for nothing.
      below = [0] + isFree.enumerated().map { $1 ? $0 + 1 : $0 } + [isFree.count]
      above = [1] + isFree.enumerated().map { $1 ? $0 + 1 : $0 + 2 } + [isFree.count + 1]
    }

    mutating func takeNearest(to rank: Int) -> Int? {
      let (low, high) = (find(&below, rank + 1), find(&above, rank + 1))
      let last = below.count - 1
      let isLowNearer = low > 0 && (high >= last || rank + 1 - low <= high - rank - 1)
      let place = isLowNearer ? low : high
      guard place > 0, place < last else { return nil }
      below[place] = place - 1
      above[place] = place + 1
      return place - 1
    }

    private func find(_ links: inout [Int], _ start: Int) -> Int {
      var root = start
      while root > 0, root < links.count - 1, links[root] != root { root = links[root] }
      var place = start
      while place != root, place > 0, place < links.count - 1 {
        let next = links[place]
        links[place] = root
        place = next
      }
      return root
    }
  }
}

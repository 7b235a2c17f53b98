import Basics
import Perturbations
import Transformer

/// Units that answer most to one condition, and others of the same number as controls.
package struct UnitSets: Equatable, Sendable {
  /// The names of all sets for some seeds: the units themselves, those matched in magnitude, and random ones.
  package static func names(seeds: [Int]) -> [String] {
    ["selected"] + seeds.indices.map { $0 == 0 ? "matched" : "matched\($0 + 1)" } + seeds.map { "random_seed\($0)" }
  }

  /// The flat units of each set, in the order of the names; none where a control would need more units than there are.
  package let sets: [[Int]]

  /// Chooses the units of the greatest t over all layers: `permille` of a thousand, and one at least.
  ///
  /// Controls are as many of like magnitude as there are seeds, each beyond those before it, and for each seed the
  /// first of a random order of all units that are not selected.
  package init(_ site: Site, _ grid: UnitGrid, t: [Double], magnitudes: [Double], seeds: [Int], permille: Int) {
    let count = max(1, Fraction(permille, of: 1000).share(of: grid.count))
    let selected = Ranking.top(count, by: t)
    let own = Set(selected)
    let random = seeds.map { seed in
      let order = PortableRandom.order(grid.count) {
        "\(seed):\($0 / grid.width):\(site.rawValue):\($0 % grid.width)"
      }
      return Array(order.lazy.filter { !own.contains($0) }.prefix(count))
    }
    let matched = UnitSets.matched(to: selected, magnitudes, sets: seeds.count)
    sets = [selected] + (matched + random).map { $0.count == count ? $0 : [] }
  }

  /// Sets of units of like magnitude that have none in common.
  private static func matched(to selected: [Int], _ magnitudes: [Double], sets: Int) -> [[Int]] {
    var left = Array(magnitudes.indices)
    return (0..<sets).map { _ in
      var places = [Int](repeating: 0, count: magnitudes.count)
      for (place, unit) in left.enumerated() { places[unit] = place }
      let found = Ranking.matched(to: selected.map { places[$0] }, magnitudes: left.map { magnitudes[$0] })
        .map { left[$0] }
      let taken = Set(found)
      left.removeAll { taken.contains($0) }
      return found
    }
  }
}

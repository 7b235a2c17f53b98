import Foundation
import Perturbations

extension ScreenMaps {
  /// The map that tells most: the one whose regions, and how unlike each other they are, make the most bits. nil where
  /// there are no maps.
  ///
  /// A region is what the maps show of it: non-silent on at least `threshold` channels by one of the compared kinds, by
  /// the other, by both or by none.
  public func mostTelling(threshold: Int) -> Int? {
    let kinds = comparedKinds
    let bits = maps.map { map in
      var counts = [Int](repeating: 0, count: 4)
      for region in map.regions {
        let code = kinds.enumerated().reduce(0) { code, kind in
          code | (count(region, kind.element) >= threshold ? 1 << kind.offset : 0)
        }
        counts[code] += 1
      }
      let total = Double(map.regions.count)
      return counts.reduce(0.0) { $0 - ($1 > 0 ? Double($1) * log2(Double($1) / total) : 0) }
    }
    // The first of those that tell equally much is chosen.
    return bits.indices.max { (bits[$0], $1) < (bits[$1], $0) }
  }
}

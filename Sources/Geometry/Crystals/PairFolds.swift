import Basics

/// A seeded division of pairs into parts that are held out one after the other. Pairs that share a point, directly or
/// through others, are held out together: a vector is never judged by what was fitted to one of its points.
public struct PairFolds: Sendable, Equatable {
  /// The number of parts.
  public let count: Int
  /// The part of each pair, from 0 up to `count`.
  public let folds: [Int]

  /// Divides the pairs of `relations` into `count` parts of about the same size, keyed by the seed.
  public init(_ relations: Relations, count: Int, seed: UInt64) {
    precondition(count > 1, "a part to fit to and one to judge by")
    let groups = PairFolds.groups(relations.pairs)
    var random = RandomStream(seed: seed, stream: .folds, index: 0)
    var folds = Array(repeating: 0, count: relations.pairs.count)
    // Each goes where there are fewest of its relation, and of all.
    var sizes = Array(repeating: Array(repeating: 0, count: relations.names.count), count: count)
    for place in random.permutation(groups.count) {
      let label = Int(relations.labels[groups[place][0]])
      let fold = (0..<count).min { left, right in
        let (own, other) = (sizes[left], sizes[right])
        return (own[label], own.reduce(0, +), left) < (other[label], other.reduce(0, +), right)
      }
      for pair in groups[place] {
        folds[pair] = fold ?? 0
        sizes[fold ?? 0][Int(relations.labels[pair])] += 1
      }
    }
    self.count = count
    self.folds = folds
  }

  /// Pairs that hang together, each group ascending, in the order of their first ones.
  private static func groups(_ pairs: [Relations.Pair]) -> [[Int]] {
    var parents = Array(pairs.indices)
    func root(_ pair: Int) -> Int {
      var place = pair
      while parents[place] != place {
        parents[place] = parents[parents[place]]
        place = parents[place]
      }
      return place
    }
    var first: [Int: Int] = [:]
    for (place, pair) in pairs.enumerated() {
      for point in [pair.from, pair.to] {
        guard let other = first[point] else {
          first[point] = place
          continue
        }
        let (left, right) = (root(place), root(other))
        parents[max(left, right)] = min(left, right)
      }
    }
    return Dictionary(grouping: pairs.indices, by: root).sorted { $0.key < $1.key }.map(\.value)
  }
}

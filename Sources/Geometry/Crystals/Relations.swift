/// Pairs of points that are related alike: country and capital, singular and plural.
public struct Relations: Sendable, Equatable {
  /// Two points that are related.
  public struct Pair: Hashable, Sendable {
    /// The point from which the relation leads, by its number in the cloud.
    public let from: Int
    /// The point to which it leads.
    public let to: Int

    /// Makes a pair of numbers of points.
    public init(from: Int, to: Int) {
      self.from = from
      self.to = to
    }
  }

  /// A relation of fewer pairs has no parallelograms to judge in each part that is held out.
  public static let pairLimit = 8

  /// The names of the relations that are kept.
  public let names: [String]
  /// Relation by relation.
  public let pairs: [Pair]
  /// The relation of each pair, `[pairs]`.
  public let labels: [Int32]
  /// Pairs of a point with itself or an equal one, and pairs that an earlier relation has.
  public let droppedPairCount: Int
  /// Relations of fewer than `pairLimit` pairs, or whose pairs another relation has as well.
  public let droppedRelations: [String]

  /// Takes named relations between points of a cloud.
  public init(_ named: [(name: String, pairs: [Pair])], of cloud: PointCloud) {
    let sets = named.map { Set($0.pairs) }
    // Of two relations of the same pairs the first stays.
    let isPart = sets.indices.map { own in
      sets.indices.contains { $0 != own && sets[own].isSubset(of: sets[$0]) && (sets[own] != sets[$0] || $0 < own) }
    }
    var (names, pairs, labels): ([String], [Pair], [Int32]) = ([], [], [])
    var (known, droppedPairs, dropped): (Set<Pair>, Int, [String]) = ([], 0, [])
    for (place, relation) in named.enumerated() {
      guard !isPart[place] else {
        dropped.append(relation.name)
        continue
      }
      let own = relation.pairs.filter { pair in
        precondition(
          [pair.from, pair.to].allSatisfy { (0..<cloud.count).contains($0) }, "pairs of points of the cloud")
        return known.insert(pair).inserted && cloud[point: pair.from] != cloud[point: pair.to]
      }
      droppedPairs += relation.pairs.count - own.count
      guard own.count >= Relations.pairLimit else {
        dropped.append(relation.name)
        continue
      }
      labels += Array(repeating: Int32(names.count), count: own.count)
      names.append(relation.name)
      pairs += own
    }
    (self.names, self.pairs, self.labels) = (names, pairs, labels)
    (droppedPairCount, droppedRelations) = (droppedPairs, dropped)
  }

  /// The pairs of a relation, as places in `pairs`.
  public func members(_ relation: Int) -> [Int] { labels.indices.filter { labels[$0] == Int32(relation) } }
}

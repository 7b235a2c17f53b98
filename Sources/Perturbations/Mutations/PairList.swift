/// Pairs of mutations that a model has at once, and these mutations one by one, so that both are seen in one screen.
public struct PairList: Equatable, Sendable {
  /// Two mutations by their places among the single ones, the first before the second.
  public struct Pair: Equatable, Hashable, Sendable {
    /// The mutation that comes first in canonical order.
    public let first: Int
    /// The other one.
    public let second: Int

    /// Two different places, in any order.
    public init(_ one: Int, _ other: Int) {
      precondition(one != other, "a pair is of two mutations")
      (first, second) = (min(one, other), max(one, other))
    }
  }

  /// Most pairs of a list.
  public static let limit = 1 << 20

  /// The mutations that pairs are of, in canonical order, each once.
  public let singles: MutationList
  /// The pairs, by the layer and matrix of their first mutations, those within a layer before those of two layers.
  public let pairs: [Pair]

  /// Takes pairs of the mutations of a list in canonical order, whose regions do not overlap.
  public init(_ pairs: [Pair], of singles: MutationList) {
    precondition(singles.isCanonical, "a list in canonical order")
    precondition(singles.count == 0 || !singles[singles.count - 1].region.matrix.isOuter, "pairs of matrices of layers")
    func order(_ pair: Pair) -> [Int] {
      let region = singles[pair.first].region
      let isWithin = singles[pair.second].region.layer == region.layer
      return [region.layer, region.matrix.index, isWithin ? 0 : 1, pair.first, pair.second]
    }
    self.singles = singles
    self.pairs = pairs.map { (order($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }

  /// All pairs of some mutations, but for those whose regions overlap.
  public init(allOf singles: MutationList) {
    let pairs = (0..<singles.count).flatMap { first in
      (first + 1..<singles.count).filter { !singles[first].region.overlaps(singles[$0].region) }
        .map { Pair(first, $0) }
    }
    self.init(pairs, of: singles)
  }

  /// The number of mutants: of the single mutations and of the pairs.
  public var count: Int { singles.count + pairs.count }
  /// Bytes that the list takes in memory.
  public var byteCount: Int { singles.byteCount + MemoryLayout<Pair>.stride * pairs.count }

  /// Whether both mutations of a pair are of one layer.
  func isWithinLayer(_ pair: Pair) -> Bool {
    singles[pair.first].region.layer == singles[pair.second].region.layer
  }
}

extension Region {
  /// Whether some weight is in both regions.
  public func overlaps(_ other: Region) -> Bool {
    layer == other.layer && matrix == other.matrix && rows.overlaps(other.rows) && columns.overlaps(other.columns)
  }
}

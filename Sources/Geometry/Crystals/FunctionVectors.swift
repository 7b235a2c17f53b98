import Foundation
import LinearAlgebra

/// How well the mean difference of a relation leads from the first point of a pair to the second: the second one's
/// place among all points by their cosine with first + difference, the first left out (as 3CosAdd; Mikolov et al. 2013,
/// NAACL, 746–751).
///
/// The mean is that of the other parts' pairs. The null is the first point alone, without a difference: near words
/// answer many questions by being near (Levy and Goldberg 2014, CoNLL, 171–180).
public struct FunctionVectors: Sendable {
  /// What was found of one relation.
  public struct Entry: Sendable {
    /// The rank of each pair's second point, from 1; nil where no other part has a pair of the relation.
    public let ranks: [Int?]
    /// The rank of each pair's second point when no difference is added.
    public let plainRanks: [Int?]
    /// The test of the fall of the logarithm of the rank, pair by pair.
    public let pairs: SignFlips

    /// The share of pairs whose second point is first.
    public var hits: Double { FunctionVectors.share(ranks) { $0 == 1 } }
    /// The share of pairs whose second point comes first when no difference is added.
    public var plainHits: Double { FunctionVectors.share(plainRanks) { $0 == 1 } }
    /// The mean of 1 / rank.
    public var reciprocal: Double { FunctionVectors.mean(ranks) { 1 / $0 } }
    /// The mean reciprocal rank when no difference is added.
    public var plainReciprocal: Double { FunctionVectors.mean(plainRanks) { 1 / $0 } }
  }

  /// What was found, relation by relation.
  public let entries: [Entry]

  /// 2 · 2 · pairs · points · dimension operations.
  public init(_ cloud: PointCloud, _ relations: Relations, _ folds: PairFolds, seed: UInt64) {
    let (starts, ends) = (cloud[points: relations.pairs.map(\.from)], cloud[points: relations.pairs.map(\.to)])
    let width = cloud.dimension
    var queries = starts.matrix
    let plain = FunctionVectors.ranks(queries, relations.pairs, cloud)
    let pairs = relations.pairs.indices
    var isKnown = Array(repeating: false, count: relations.pairs.count)
    for relation in relations.names.indices {
      let members = relations.members(relation)
      for fold in 0..<folds.count {
        let others = members.filter { folds.folds[$0] != fold }
        guard !others.isEmpty else { continue }
        let mean = (0..<width).map { column in
          others.reduce(0.0) { sum, pair in
            sum + Double(ends.values[pair * width + column]) - Double(starts.values[pair * width + column])
          } / Double(others.count)
        }
        for pair in members where folds.folds[pair] == fold {
          isKnown[pair] = true
          for column in 0..<width { queries[pair, column] += mean[column] }
        }
      }
    }
    let led = FunctionVectors.ranks(queries, relations.pairs, cloud)
    let (ranks, plainRanks) = (pairs.map { isKnown[$0] ? led[$0] : nil }, pairs.map { isKnown[$0] ? plain[$0] : nil })
    entries = relations.names.indices.map { relation in
      let members = relations.members(relation)
      let falls = members.compactMap { pair -> Double? in
        guard let rank = ranks[pair], let plain = plainRanks[pair] else { return nil }
        return log2(Double(plain)) - log2(Double(rank))
      }
      return Entry(
        ranks: members.map { ranks[$0] }, plainRanks: members.map { plainRanks[$0] },
        pairs: SignFlips(falls, seed: seed, stream: .functions, index: relation))
    }
  }

  // MARK: Private

  /// The rank of each pair: 1 and how many points have a larger cosine with its query than its second point has, the
  /// first left out.
  private static func ranks(_ queries: DoubleMatrix, _ pairs: [Relations.Pair], _ cloud: PointCloud) -> [Int] {
    let lengths = cloud.lengths
    func cosine(_ product: Double, _ point: Int) -> Double { lengths[point] > 0 ? product / lengths[point] : 0 }
    let targets = pairs.enumerated().map { row, pair in
      let product = zip(queries[row: row], cloud[point: pair.to]).reduce(0) { $0 + $1.0 * Double($1.1) }
      // Sums in another order must not put the point behind itself.
      return cosine(product, pair.to) + 1e-12 * lengths[pair.from]
    }
    var ranks = Array(repeating: 1, count: pairs.count)
    for block in stride(from: 0, to: cloud.count, by: 2048).map({ $0..<min($0 + 2048, cloud.count) }) {
      let products = queries.timesTranspose(cloud[points: block].matrix)
      for (row, pair) in pairs.enumerated() {
        for (column, product) in products[row: row].enumerated() {
          let point = block.lowerBound + column
          if point != pair.from, point != pair.to, cosine(product, point) > targets[row] { ranks[row] += 1 }
        }
      }
    }
    return ranks
  }

  private static func share(_ ranks: [Int?], _ isHit: (Int) -> Bool) -> Double {
    mean(ranks) { isHit(Int($0)) ? 1 : 0 }
  }

  private static func mean(_ ranks: [Int?], _ value: (Double) -> Double) -> Double {
    let known = ranks.compactMap { $0 }
    return known.reduce(0) { $0 + value(Double($1)) } / Double(known.count)
  }
}

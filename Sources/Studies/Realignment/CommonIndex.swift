import Basics
import LinearAlgebra
import Statistics

/// The index that carries most over all styles, and whether that is more than styles that share nothing would give.
///
/// Of a network an index has the share of its score's square in the sum of all squares; networks of one style count
/// together. The null permutes the indices of each style, so that styles have nothing to do with each other.
struct CommonIndex: Equatable {
  /// The index.
  let index: Int
  /// Its share, the mean over styles of the means over their networks.
  let share: Double
  /// The mean share of each index, `[index]`.
  let shares: [Double]
  /// In how many networks its score is the greatest.
  let firstCount: Int
  /// The number of networks.
  let networkCount: Int
  /// The number of styles.
  let styleCount: Int
  /// The mean of the greatest share over draws of the null.
  let expected: Double
  /// The probability of so great a share.
  let probability: PermutationProbability

  /// Draws of the null.
  static let drawCount = 999

  /// Takes the scores of all networks, `[style][network][index]`, of which there are some.
  init(_ scores: [[[Double]]]) {
    let own = scores.map { CommonIndex.mean($0.map(CommonIndex.shares)) }
    let shares = CommonIndex.mean(own)
    let index = Ranking.top(1, by: shares).first ?? 0
    let networks = scores.flatMap { $0 }
    self.index = index
    self.shares = shares
    share = shares[index]
    firstCount = networks.count { Ranking.top(1, by: $0).first == index }
    networkCount = networks.count
    styleCount = scores.count
    let draws = (0..<CommonIndex.drawCount).map { draw -> Double in
      var sums = [Double](repeating: 0, count: shares.count)
      for (style, values) in own.enumerated() {
        let order = MixedStream(seed: 0, stream: 300 + draw * own.count + style).order(values.count)
        for place in values.indices { sums[place] += values[order[place]] }
      }
      return (sums.max() ?? 0) / Double(own.count)
    }
    expected = draws.mean
    probability = PermutationProbability(share, among: draws)
  }

  /// Whether it carries all styles beyond chance.
  var isCommon: Bool { styleCount > 1 && probability.value <= FalseDiscoveryRate.level }

  /// The share of each index; even shares where all scores are 0.
  private static func shares(_ scores: [Double]) -> [Double] {
    let sum = scores.reduce(0) { $0 + $1 * $1 }
    return scores.map { sum > 0 ? $0 * $0 / sum : 1 / Double(scores.count) }
  }

  private static func mean(_ rows: [[Double]]) -> [Double] {
    rows[0].indices.map { place in rows.reduce(0) { $0 + $1[place] } / Double(rows.count) }
  }
}

/// Where an index stands by one measure of the model.
struct IndexRank {
  /// How many indices have at least as much, itself counted: 1 is the greatest, and of equals all are the last.
  let rank: Int
  /// Its value over the median of all.
  let ratio: Double

  init(_ index: Int, by values: [Double]) {
    rank = values.count { $0 >= values[index] }
    ratio = values[index] / (values.quantiles([0.5]).first ?? .nan)
  }
}

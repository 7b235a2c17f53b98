/// Whether the numbers of a group are larger than those of all others, by their ranks alone: Mann and Whitney's test
/// (1947, Ann. Math. Stat. 18, 50–60), which no far value can move.
public struct RankComparison: Equatable, Sendable {
  /// How likelier a number of the group is larger than another's than smaller: Cliff's δ (1993, Psychol. Bull. 114,
  /// 494–509), from −1 to 1; a number of the group is larger, or as likely in ties, with the probability (1 + δ) / 2.
  /// Not a number where either side is empty.
  public let effect: Double
  /// The two-sided probability by the normal approximation with ties (Lehmann 1975, Nonparametrics, 1.4), without a
  /// correction for continuity.
  public let normalProbability: Double
  /// The two-sided probability: twice the tail over all ways to draw as many of these ranks; see `RankScores`. Where
  /// most numbers are equal the ranks are skewed and the normal tail is far too thin, and for small groups it is too
  /// thick. Not a number where either side is empty, or where all numbers are equal.
  public let probability: Double

  /// Above this the normal approximation will do: no finding is there.
  private static let normalLimit = 0.05

  /// `sum` is that of the group's scores of ranks; see `RankScores`.
  init(sum: Int, count: Int, total: Int, scores: RankScores) {
    let (own, other, all) = (Double(count), Double(total - count), Double(total))
    guard count > 0, count < total else {
      (effect, normalProbability, probability) = (.nan, .nan, .nan)
      return
    }
    effect = Double(sum) / (own * other)
    guard scores.variance > 0 else {
      (normalProbability, probability) = (.nan, .nan)
      return
    }
    let deviation = (own * other / (all - 1) * scores.variance).squareRoot()
    let normal = min(1, 2 * TailProbability.normal(abs(Double(sum)) / deviation))
    normalProbability = normal
    probability = normal > RankComparison.normalLimit ? normal : min(1, 2 * scores.tail(sum: sum, count: count))
  }
}

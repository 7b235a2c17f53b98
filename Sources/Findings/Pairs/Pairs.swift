import Foundation
import Perturbations
import Statistics

/// The pairs of mutations that do more at once than mutations that do not interact, or less.
///
/// Worse than independent is what geneticists call synthetic lethal, better is suppressing. Effect, null and
/// probability are those of `PairInteractions`; all pairs of a screen are one family of tests.
public struct Pairs: Sendable {
  /// One pair.
  public struct Entry: Sendable {
    /// The row of the pair in the results file, counted from 0.
    public let row: Int
    /// The rows of its mutations.
    public let places: PairList.Pair
    /// The first mutation.
    public let first: Mutation
    /// The second mutation.
    public let second: Mutation
    /// The mean divergence over the inputs, in nats.
    public let divergence: Double
    /// The mean over inputs of the divergence less those of both mutations alone, in nats.
    public let interaction: Double
    /// The mean divergence that is expected of mutations that do not interact, in nats.
    public let expected: Double
    /// The mean over inputs of ln (divergence / expected).
    public let effect: Double
    /// The probability of a deviation as large by chance.
    public let probability: Double
    /// The smallest false discovery rate at which it is a finding.
    public let adjusted: Double
    /// Non-silent verdicts.
    public let verdicts: Proportion

    /// Whether it does more or less than expected, beyond chance.
    public var isFinding: Bool { adjusted <= FalseDiscoveryRate.level }
    /// How many times the expected divergence it has, in the geometric mean over inputs.
    public var factor: Double { exp(effect) }
  }

  /// The pairs with the smallest false discovery rates, of equal ones those with the largest effects.
  public let entries: [Entry]
  /// The number of pairs.
  public let pairCount: Int
  /// The number of single mutations.
  public let singleCount: Int
  /// Non-silent verdicts of all pairs.
  public let verdicts: Proportion
  /// Pairs whose divergences are all numbers.
  public let testCount: Int
  /// Pairs that are worse than independent.
  public let worseCount: Int
  /// Pairs that are better than independent.
  public let betterCount: Int
  /// The smallest false discovery rate that a single interacting pair could have.
  public let leastRate: Double

  /// Tests all pairs and keeps the first `limit`.
  public init(_ table: PairTable, limit: Int) {
    let found = table.interactions
    let adjusted = FalseDiscoveryRate.adjusted(found.probabilities)
    pairCount = table.pairs.count
    singleCount = table.singles.count
    verdicts = Proportion(count: table.nonSilent.reduce(0, +), total: table.pairs.count * table.inputCount)
    let tested = adjusted.indices.filter { !adjusted[$0].isNaN }
    testCount = tested.count
    let findings = tested.filter { adjusted[$0] <= FalseDiscoveryRate.level }
    worseCount = findings.count { found.effects[$0] > 0 }
    betterCount = findings.count - worseCount
    leastRate = min(
      1, Double(tested.count) * PairInteractions.leastProbability(pairs: tested.count, inputs: table.inputCount))
    let order = tested.sorted {
      (adjusted[$0], -abs(found.effects[$0]), $0) < (adjusted[$1], -abs(found.effects[$1]), $1)
    }
    entries = order.prefix(limit).map { pair in
      Entry(
        row: table.row(of: pair), places: table.pairs[pair], first: table.singles[table.pairs[pair].first],
        second: table.singles[table.pairs[pair].second], divergence: table.divergences[pair].mean,
        interaction: found.interactions[pair].mean, expected: found.expected[pair].mean, effect: found.effects[pair],
        probability: found.probabilities[pair], adjusted: adjusted[pair],
        verdicts: Proportion(count: table.nonSilent[pair], total: table.inputCount))
    }
  }
}

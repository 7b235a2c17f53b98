import Basics
import LinearAlgebra
import Statistics

/// How far two screens find the same regions severe, and how far one screen would with other inputs.
///
/// The null permutes the severities of the second screen among regions of one matrix, one layer and one set of kinds.
/// How reliable a screen is says how its severities by one half of its inputs are correlated with those by the other
/// half, stepped up to the whole by the formula of Spearman (1910, Br. J. Psychol. 3, 271–295) and Brown.
public struct MapCorrelation: Sendable {
  /// Draws of the null.
  public static let drawCount = 999
  /// Ways to halve the inputs, over which correlations are averaged.
  static let halvingCount = 20

  /// The number of regions.
  public let regionCount: Int
  /// The number of regions that are not the only one of their matrix, layer and kinds.
  public let comparableCount: Int
  /// Spearman's correlations of the severities.
  public let found: RankCorrelations
  /// Pearson's correlation of the severities over all regions.
  public let pearson: Double
  /// The means of Spearman's correlations under the null: that of all regions is what layers and matrices alone make.
  public let nullMeans: RankCorrelations
  /// The standard deviations of Spearman's correlations under the null.
  public let nullDeviations: RankCorrelations
  /// The probability of so large a correlation over all regions under the null.
  public let overallProbability: PermutationProbability
  /// The probability of so large a correlation within matrix and layer under the null.
  public let withinProbability: PermutationProbability
  /// How reliable the first screen is.
  public let firstReliability: RankCorrelations
  /// How reliable the second screen is.
  public let secondReliability: RankCorrelations
  /// The correlations of one screen by half of its inputs with the other by the other half, over what the halves of
  /// each alone would allow: 1 where the noise of inputs alone keeps the screens apart.
  public let corrected: RankCorrelations

  /// The largest correlations that the noise of inputs would leave between screens that are alike.
  public var ceiling: RankCorrelations {
    func geometricMean(_ one: Double, _ other: Double) -> Double {
      one.isNaN || other.isNaN ? .nan : (max(0, one) * max(0, other)).squareRoot()
    }
    return RankCorrelations(
      overall: geometricMean(firstReliability.overall, secondReliability.overall),
      within: geometricMean(firstReliability.within, secondReliability.within))
  }

  /// Compares the severities of two screens, whose regions are alike within `groups`.
  init(
    _ first: RegionScores, _ second: RegionScores, inputs: InputJoin, tasks: (first: [String], second: [String]),
    groups: [[Int]], seed: UInt64
  ) {
    let weights = (
      inputs.weights(\.first, count: first.inputCount), inputs.weights(\.second, count: second.inputCount)
    )
    let (one, other) = (first.shares(weights.0), second.shares(weights.1))
    let (ranks, otherRanks) = (GroupedRanks(one, groups: groups), GroupedRanks(other, groups: groups))
    regionCount = one.count
    comparableCount = groups.reduce(0) { $0 + ($1.count > 1 ? $1.count : 0) }
    found = ranks.correlations(with: otherRanks)
    pearson = Correlation(one, other).value
    let draws = MapCorrelation.draws(ranks, otherRanks, groups: groups, seed: seed)
    nullMeans = RankCorrelations(overall: draws.map(\.overall).mean, within: draws.map(\.within).mean)
    nullDeviations = RankCorrelations(
      overall: SampleMoments(draws.map(\.overall)).variance.squareRoot(),
      within: SampleMoments(draws.map(\.within)).variance.squareRoot())
    overallProbability = PermutationProbability(found.overall, among: draws.map(\.overall))
    withinProbability = PermutationProbability(found.within, among: draws.map(\.within))
    let halves = HalvedScreens(first, second, inputs: inputs, tasks: tasks, groups: groups, seed: seed)
    (firstReliability, secondReliability) = (halves.first.steppedUp, halves.second.steppedUp)
    corrected = halves.corrected
  }

  private static func draws(
    _ ranks: GroupedRanks, _ other: GroupedRanks, groups: [[Int]], seed: UInt64
  ) -> [RankCorrelations] {
    guard groups.contains(where: { $0.count > 1 }) else { return [] }
    return (0..<drawCount).map { draw in
      var random = RandomStream(seed: seed, stream: .mapPermutations, index: draw)
      var source = Array(ranks.overall.indices)
      for group in groups where group.count > 1 {
        for (place, drawn) in random.permutation(group.count).enumerated() { source[group[place]] = group[drawn] }
      }
      return ranks.correlations(with: other) { source[$0] }
    }
  }

  private init(mirroring other: MapCorrelation) {
    (regionCount, comparableCount) = (other.regionCount, other.comparableCount)
    (found, pearson, corrected) = (other.found, other.pearson, other.corrected)
    (nullMeans, nullDeviations) = (other.nullMeans, other.nullDeviations)
    (overallProbability, withinProbability) = (other.overallProbability, other.withinProbability)
    (firstReliability, secondReliability) = (other.secondReliability, other.firstReliability)
  }

  /// The screens the other way round.
  var mirrored: MapCorrelation { MapCorrelation(mirroring: self) }
}

extension StreamName {
  /// The permutations of severities within matrix and layer.
  fileprivate static let mapPermutations: StreamName = "cmap"
}

extension RankCorrelations {
  /// What halves with this correlation have together; that of halves which do not agree stays as it is.
  fileprivate var steppedUp: RankCorrelations {
    func whole(_ half: Double) -> Double { half > 0 ? 2 * half / (1 + half) : half }
    return RankCorrelations(overall: whole(overall), within: whole(within))
  }
}

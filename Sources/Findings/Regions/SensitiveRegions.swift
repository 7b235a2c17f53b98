import Perturbations
import Statistics

/// The regions with the most non-silent verdicts, the most sensitive first.
///
/// Verdicts are counted over kinds and inputs; the larger sum of divergences goes first among equals, then canonical
/// order. In a sampled screen not every kind of a region was screened, and those with fewer verdicts rank lower.
public struct SensitiveRegions: Sendable {
  /// One region and its verdicts.
  public struct Entry: Sendable {
    /// The region.
    public let region: Region
    /// Non-silent verdicts by all kinds on all inputs.
    public let verdicts: Proportion
    /// The mean divergence in nats over all verdicts on the region; not a number where it was not recorded.
    public let meanDivergence: Double
    /// The largest divergence of its mutants, in nats.
    public let largestDivergence: Double
    /// Kinds with a non-silent verdict.
    public let kinds: [Kind]
  }

  /// The regions with a non-silent verdict, the most sensitive first.
  public let entries: [Entry]

  /// Ranks the regions of a screen and keeps the first `limit`.
  public init(_ counts: ScreenCounts, limit: Int) {
    precondition(limit >= 0, "a number of regions")
    let table = counts.regions
    let candidates = (0..<table.count).map { (index: $0, nonSilent: table.verdicts(region: $0).count) }
    let ranked = candidates.filter { $0.nonSilent > 0 }.sorted { left, right in
      if left.nonSilent != right.nonSilent { return left.nonSilent > right.nonSilent }
      let (own, others) = (SensitiveRegions.weight(left.index, table), SensitiveRegions.weight(right.index, table))
      return own == others ? left.index < right.index : own > others
    }
    entries = ranked.prefix(limit).map { index, _ in
      let verdicts = table.verdicts(region: index)
      return Entry(
        region: table.regions[index], verdicts: verdicts,
        meanDivergence: counts.hasDivergence ? table.divergenceSum[index] / Double(verdicts.total) : .nan,
        largestDivergence: counts.hasDivergence ? table.largestDivergence[index] : .nan,
        kinds: Kind.allCases.filter { (table.verdicts(region: index, kind: $0)?.count ?? 0) > 0 })
    }
  }

  /// A sum that is not a number is that of a mutant without sensible scores: it goes first.
  private static func weight(_ index: Int, _ table: RegionTable) -> Double {
    table.divergenceSum[index].isNaN ? .infinity : table.divergenceSum[index]
  }
}

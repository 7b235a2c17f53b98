import Perturbations
import Statistics

/// The regions that changed between two screens by more than their matrix and layer did.
public struct RegionChanges: Sendable {
  /// A matrix of a layer has a shift of its own where at least so many of its regions are compared; regions of all
  /// others share one.
  static let fewestOfGroup = 8

  /// Every region, in canonical order.
  public let entries: [RegionChange]
  /// The log odds ratio by which verdicts of the first screen are non-silent more often than those of the second.
  public let shift: Double
  /// The smallest probability that a region can have with so many inputs where nothing shifts.
  public let leastProbability: Double

  /// Compares the verdicts and the divergences of each region.
  init(_ first: RegionScores, _ second: RegionScores, mutations: MutationJoin, inputs: InputJoin) {
    let matrices = mutations.groups { RegionGroup(mutations.regions[$0]) }
    let small = matrices.filter { $0.count < RegionChanges.fewestOfGroup }.flatMap { $0 }.sorted()
    let groups = matrices.filter { $0.count >= RegionChanges.fewestOfGroup } + (small.isEmpty ? [] : [small])
    let verdicts = VerdictShift(first, second, inputs: inputs, groups: groups)
    let divergences = DivergenceShift(first, second, inputs: inputs, groups: groups)
    let shares = (
      first.shares(inputs.weights(\.first, count: first.inputCount)),
      second.shares(inputs.weights(\.second, count: second.inputCount))
    )
    var entries = mutations.regions.indices.map { region in
      let outcome = verdicts.outcome(region)
      var entry = RegionChange(
        region: mutations.regions[region], kindCount: mutations.kindCounts[region], first: shares.0[region],
        second: shares.1[region], expected: outcome.expected,
        // What scores of both screens together leave to be found does not depend on which screen has which.
        probability: outcome.least <= FalseDiscoveryRate.level ? outcome.probability : .nan)
      entry.divergence = divergences?.outcome(region)
      return entry
    }
    let adjusted = FalseDiscoveryRate.adjusted(entries.map(\.probability))
    let ofDivergence = FalseDiscoveryRate.adjusted(entries.map { $0.divergence?.probability ?? .nan })
    for place in entries.indices {
      entries[place].adjusted = adjusted[place]
      entries[place].divergence?.adjusted = ofDivergence[place]
    }
    self.entries = entries
    shift = verdicts.overall
    leastProbability = inputs.leastProbability
  }

  private init(mirroring other: RegionChanges) {
    entries = other.entries.map(\.mirrored)
    (shift, leastProbability) = (0 - other.shift, other.leastProbability)
  }

  /// The screens the other way round.
  var mirrored: RegionChanges { RegionChanges(mirroring: self) }

  // MARK: Findings

  /// The number of regions whose verdicts are tested.
  public var testCount: Int { entries.count { !$0.probability.isNaN } }
  /// The number of regions whose divergences are tested; 0 where these are not in both screens.
  public var divergenceTestCount: Int { entries.count { !($0.divergence?.probability ?? .nan).isNaN } }

  /// Regions whose verdicts changed, the largest change beyond the shift first.
  public var findings: [RegionChange] {
    entries.filter(\.isFinding).sorted { abs($1.excess) < abs($0.excess) }
  }

  /// Regions whose divergence changed, the largest ratio first.
  public var divergenceFindings: [RegionChange] {
    func size(_ entry: RegionChange) -> Double { abs(entry.divergence?.logRatio ?? 0) }
    return entries.filter { $0.divergence?.isFinding ?? false }.sorted { size($1) < size($0) }
  }

  /// How many regions would have to change in every input alike before any is a finding; more than there are where none
  /// can be.
  public var fewestFindings: Int {
    max(1, Int((leastProbability * Double(max(testCount, 1)) / FalseDiscoveryRate.level).rounded(.up)))
  }
}

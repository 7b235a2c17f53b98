import Basics
import Perturbations

/// Two row blocks or column blocks of one matrix of which one is sensitive to maximum where the other is to minimum.
///
/// Verdicts of the second are taken from the first with the kinds exchanged: all, or some drawn at random. In a screen
/// whose phenotypes are permuted within matrices, so that no other pair is complementary.
package struct PairPattern: PlantedPattern {
  let axis: Enrichment.Axis
  /// How many of its verdicts the second block takes from the first.
  let percent: Int

  /// Plants a pair of blocks along `axis`; the second takes `percent` % of its verdicts from the first, kinds
  /// exchanged.
  package init(axis: Enrichment.Axis, percent: Int) {
    self.axis = axis
    self.percent = percent
  }

  var place: PowerCalibration.Place {
    .init(
      table: "A complementary pair: verdicts taken from the other block's by the opposite kind, in %",
      rows: "pair of", row: "\(axis)s", column: "\(percent)")
  }

  var answers: [String] { ["complementarity"] }

  func trial(_ ground: PlantingGround, seed: UInt64) throws -> [PowerTrial] {
    var table = ground.screen.verdicts(.phenotypes, seed: seed)
    guard let (site, pair) = plant(ground, in: &table, seed: seed) else { return [] }
    let findings = try Complementarity(try table.counts(), drive: table.drive, seed: seed).findings
    let right = findings.count {
      $0.layer == site.layer && $0.matrix == site.matrix && $0.axis == axis && [$0.first, $0.second] == pair
    }
    return [PowerTrial(planted: 1, found: right, falseFindings: findings.count - right)]
  }

  /// The blocks are ascending; nil where no matrix was screened by both kinds, whole.
  package func plant(
    _ ground: PlantingGround, in table: inout VerdictTable, seed: UInt64
  ) -> (site: PlantingGround.Site, pair: [Int])? {
    var random = RandomStream(seed: seed, stream: .plant, index: 0)
    let candidates = ground.sites.filter { site in
      site.blockCounts[axis.rawValue] >= ground.leastBlocks
        && [Kind.maximum, .minimum].allSatisfy { site.mutations[$0]?.contains(-1) == false }
    }
    guard !candidates.isEmpty else { return nil }
    let site = candidates[random.below(candidates.count)]
    let pair = random.choose(2, of: Array(0..<site.blockCounts[axis.rawValue]))
    for (kind, opposite) in [(Kind.maximum, Kind.minimum), (.minimum, .maximum)] {
      let sources = site.line(axis, block: pair[0], kinds: [kind])
      for (source, target) in zip(sources, site.line(axis, block: pair[1], kinds: [opposite])) {
        for (from, to) in zip(table.verdicts(of: source), table.verdicts(of: target))
        where random.below(100) < percent {
          table.set(to, nonSilent: table.isNonSilent(from))
        }
      }
    }
    return (site, pair.sorted())
  }
}

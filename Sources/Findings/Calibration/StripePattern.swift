import Basics
import Perturbations

/// Row blocks or column blocks of one matrix in which more verdicts are non-silent, evenly at random.
///
/// In a screen whose phenotypes are permuted within matrices, so that no other block is enriched.
package struct StripePattern: PlantedPattern {
  let axis: Enrichment.Axis
  /// Kinds whose verdicts are raised.
  let kinds: [Kind]
  let amount: PlantedAmount
  let points: Int

  /// Raises verdicts of `kinds` in `amount` of the blocks along `axis` by `points` percentage points.
  package init(axis: Enrichment.Axis, kinds: [Kind], amount: PlantedAmount, points: Int) {
    self.axis = axis
    self.kinds = kinds
    self.amount = amount
    self.points = points
  }

  var place: PowerCalibration.Place {
    let pool = kinds.count == 1 ? kinds[0].rawValue : "all kinds"
    return .init(
      table: "\(axis == .row ? "Row" : "Column") blocks, \(pool): shares raised in one matrix, by percentage points",
      rows: "blocks", row: amount.name, column: "\(points)")
  }

  var answers: [String] { Enrichment.Question.allCases.map(\.rawValue) }

  func trial(_ ground: PlantingGround, seed: UInt64) throws -> [PowerTrial] {
    var table = ground.screen.verdicts(.phenotypes, seed: seed)
    guard let (site, blocks) = plant(ground, in: &table, seed: seed) else { return [] }
    let enrichment = Enrichment(try table.counts(), drive: table.drive)
    return Enrichment.Question.allCases.map { question in
      var found: Set<Int> = []
      var wrong = 0
      for finding in enrichment.findings(question) {
        let entry = enrichment.entries[finding.entry]
        // A block that is raised by one kind is so by all together, and by all kinds by each.
        let isOfKind = entry.kind.map(kinds.contains) ?? true
        if entry.layer == site.layer, entry.matrix == site.matrix, finding.axis == axis, isOfKind,
          blocks.contains(finding.block)
        {
          found.insert(finding.block)
        } else {
          wrong += 1
        }
      }
      return PowerTrial(planted: blocks.count, found: found.count, falseFindings: wrong)
    }
  }

  /// Raises blocks of a random matrix among those with blocks enough that have room; nil where there is none.
  package func plant(
    _ ground: PlantingGround, in table: inout VerdictTable, seed: UInt64
  ) -> (site: PlantingGround.Site, blocks: [Int])? {
    var random = RandomStream(seed: seed, stream: .plant, index: 0)
    let candidates = ground.sites.compactMap { site in
      let count = site.blockCounts[axis.rawValue]
      let blocks = (0..<count).filter { block in
        let mutations = site.line(axis, block: block, kinds: kinds)
        return !mutations.isEmpty && table.silent(mutations).count >= table.verdictCount(points, of: mutations)
      }
      return count >= ground.leastBlocks && amount.fits(count) && blocks.count >= amount.count(of: count)
        ? (site, blocks) : nil
    }
    guard !candidates.isEmpty else { return nil }
    let (site, roomy) = candidates[random.below(candidates.count)]
    let blocks = random.choose(amount.count(of: site.blockCounts[axis.rawValue]), of: roomy)
    for block in blocks { table.raise(site.line(axis, block: block, kinds: kinds), points: points, &random) }
    return (site, blocks)
  }
}

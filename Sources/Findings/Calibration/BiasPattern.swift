import Basics
import Perturbations
import Transformer

/// Matrices in which more verdicts by maximum are non-silent, evenly at random.
///
/// In a screen in which no matrix is biased: phenotypes are permuted within matrices and kinds, and of each region
/// those by maximum and by minimum are then exchanged at the toss of a coin.
package struct BiasPattern: PlantedPattern {
  let amount: PlantedAmount
  let points: Int

  /// Raises verdicts by maximum in `amount` of the matrices by `points` percentage points.
  package init(amount: PlantedAmount, points: Int) {
    self.amount = amount
    self.points = points
  }

  var place: PowerCalibration.Place {
    .init(
      table: "Bias: shares by maximum raised against minimum, by percentage points", rows: "matrices",
      row: amount.name, column: "\(points)")
  }

  var answers: [String] { ["bias"] }

  func trial(_ ground: PlantingGround, seed: UInt64) throws -> [PowerTrial] {
    var table = ground.screen.verdicts(.phenotypes, seed: seed)
    guard let sites = plant(ground, in: &table, seed: seed) else { return [] }
    let bias = Bias(try table.counts())
    let findings = bias.findings.map { bias.entries[$0] }
    let right = findings.count { entry in
      entry.effect > 0 && sites.contains { $0.layer == entry.layer && $0.matrix == entry.matrix }
    }
    return [PowerTrial(planted: sites.count, found: right, falseFindings: findings.count - right)]
  }

  /// nil where too few matrices have room.
  package func plant(_ ground: PlantingGround, in table: inout VerdictTable, seed: UInt64) -> [PlantingGround.Site]? {
    for (index, site) in ground.sites.enumerated() {
      var coin = RandomStream(seed: seed, stream: .extremes, index: index)
      for (one, other) in zip(site.mutations[.maximum] ?? [], site.mutations[.minimum] ?? [])
      where one >= 0 && other >= 0 && coin.below(2) == 1 {
        table.exchange(one, other)
      }
    }
    var random = RandomStream(seed: seed, stream: .plant, index: 0)
    let candidates = ground.sites.filter { site in
      let mutations = site.all([.maximum])
      return !mutations.isEmpty && !site.all([.minimum]).isEmpty
        && table.silent(mutations).count >= table.verdictCount(points, of: mutations)
    }
    let count = amount.count(of: ground.sites.count)
    guard amount.fits(ground.sites.count), candidates.count >= count else { return nil }
    let sites = random.choose(count, of: candidates)
    for site in sites { table.raise(site.all([.maximum]), points: points, &random) }
    return sites
  }
}

extension StreamName {
  fileprivate static let extremes: StreamName = "extr"
}

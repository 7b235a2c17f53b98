import Basics
import Perturbations
import Transformer

extension Pruning {
  /// Prunes step by step, each time by the main importance in the model as it is pruned so far: the units of each step
  /// with those before, `[site][step]`.
  ///
  /// Cost: a pass over both texts for each site and each step but the first, which goes by `first`.
  func iterated(from first: [PrunedGround], on ground: StudyGround) throws -> [[[Int]]] {
    guard isIterative else { return sites.map { _ in [] } }
    var pruned = [[Int]](repeating: [], count: sites.count)
    var found = [[[Int]]](repeating: [], count: sites.count)
    var scores = first.map { $0.scores[main] }
    for (number, share) in steps.enumerated() {
      if number > 0 { scores = try rescored(first.map(\.grid), without: pruned, on: ground) }
      for site in sites.indices {
        var own = scores[site]
        // All other scores are at least 0.
        for unit in pruned[site] { own[unit] = -1 }
        let more = count(share, step: number + 1, of: own.count) - pruned[site].count
        pruned[site] += Ranking.top(more, by: own)
        found[site].append(pruned[site])
      }
    }
    return found
  }

  /// The scores of the main importance where units are zero, `[site]`.
  private func rescored(
    _ grids: [UnitGrid], without pruned: [[Int]], on ground: StudyGround
  ) throws -> [[Double]] {
    let requests = sites.indices.flatMap { site in
      let edit = UnitEdit(sites[site], of: grids[site], flat: pruned[site])
      return [forget, retain].map {
        StatisticsRequest([sites[site]], of: ground.texts[$0].rows, under: edit)
      }
    }
    let found = try ground.statistics(requests, from: firstPosition(ground), phase: "scoring units anew")
    return try sites.indices.map { index in
      let site = sites[index]
      guard let forget = found[2 * index][site], let retain = found[2 * index + 1][site] else { return [] }
      return try PrunedGround(self, site, grids[index], forget: forget, retain: retain).scores[main]
    }
  }
}

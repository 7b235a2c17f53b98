import Foundation
import Perturbations
import Studies
import Testing
import TestSupport
import Transformer

@Suite struct UnitStatisticsTests {
  private let rows: [[Int32]] = [[1, 40, 41, 42, 43, 44], [1, 70, 71, 300, 301, 302], [1, 90, 91, 92, 93, 94]]

  private var texts: [StudyRow] { rows.map(StudyRow.text) }

  private func ground(panelTokens: Int) throws -> StudyGround {
    StudyGround(
      ForwardPass(model: try Demo().model, positionCount: 16), texts: StudyTexts([TextSet(name: "rows", rows: rows)]),
      panelTokens: panelTokens)
  }

  /// The activations of a site behind the begin tokens, `[layer][position][unit]`, by a hook of the test's own.
  private func activations(_ site: Site) throws -> [[[Double]]] {
    final class Seen: Hook {
      let site: Site
      var values = [[[Double]]](repeating: [], count: 4)
      init(_ site: Site) { self.site = site }
      func places(ofLayer layer: Int) -> Set<Place> { [.site(site)] }
      func visit(_ visit: Visit) {
        for row in 1..<visit.values.rows {
          values[visit.layer].append((0..<visit.values.columns).map { Double(visit.values[row, $0]) })
        }
      }
    }
    let seen = Seen(site)
    for row in rows {
      _ = Prefill([row], firstScored: [0], pass: ForwardPass(model: try Demo().model, positionCount: 16), hook: seen)
    }
    return seen.values
  }

  @Test(arguments: Site.allCases) func everyStatisticIsThatOfItsDefinition(_ site: Site) throws {
    let found = try #require(try ground(panelTokens: 6).statistics([site], of: texts)[site])
    let seen = try activations(site)
    #expect(found.count == 15)
    for (layer, positions) in seen.enumerated() {
      for unit in stride(from: 0, to: found.grid.width, by: 17) {
        let x = positions.map { $0[unit] }
        let n = Double(x.count)
        let mean = x.reduce(0, +) / n
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        let expected: [UnitStatistic: Double] = [
          .mean: mean, .std: variance.squareRoot(), .abs: x.reduce(0) { $0 + abs($1) } / n,
          .sqrt: x.reduce(0) { $0 + abs($1).squareRoot() } / n,
          .rms: (x.reduce(0) { $0 + $1 * $1 } / n).squareRoot(), .freq: Double(x.count { $0 > 0 }) / n,
          .min: x.min() ?? .nan, .max: x.max() ?? .nan,
        ]
        for (statistic, value) in expected {
          let own = found.values(statistic)[layer * found.grid.width + unit]
          #expect(abs(own - value) <= 1e-6 * max(abs(value), 1e-3), "\(site) \(statistic) \(layer) \(unit)")
        }
      }
    }
  }

  @Test func nothingDependsOnHowManyRowsRunTogether() throws {
    let sites = Site.allCases
    #expect(
      try ground(panelTokens: 6).statistics(sites, of: texts) == ground(panelTokens: 100).statistics(sites, of: texts))
  }

  @Test func peaksAreTheMiddlesOfTheFullestBins() throws {
    let ground = try ground(panelTokens: 12)
    let statistics = try #require(try ground.statistics([.mlpHidden], of: texts)[.mlpHidden])
    let histogram = try ground.histogram(.mlpHidden, of: texts, ranges: statistics)
    let seen = try activations(.mlpHidden)
    for unit in [0, 5, 383] {
      let x = seen[2].map { $0[unit] }
      let (low, high) = (x.min() ?? 0, x.max() ?? 0)
      let bins = x.map { min(99, Int(100 * ($0 - low) / (high - low))) }
      let most = (0..<100).max { a, b in
        let (one, other) = (bins.count { $0 == a }, bins.count { $0 == b })
        return one == other ? a > b : one < other
      }
      let flat = 2 * 384 + unit
      #expect(histogram.fullest(of: flat).bin == most)
      #expect(histogram.bins(of: flat).reduce(0, +) == 15)
      #expect(abs(histogram.peaks[flat] - (low + (Double(most ?? 0) + 0.5) * (high - low) / 100)) < 1e-6)
    }
  }

  @Test func noUnitEditedChangesNoBit() throws {
    let ground = try ground(panelTokens: 100)
    let grid = try ground.grid(.mlpHidden)
    let none = UnitEdit(.mlpHidden, of: grid, flat: [])
    let scores = try ground.scores(under: [nil, none], of: ground.texts.sets)
    #expect(scores[0] == scores[1])
  }

  @Test func aVectorThatIsAddedMovesTheMean() throws {
    let ground = try ground(panelTokens: 100)
    let grid = try ground.grid(.residualAfter)
    var units = [[Int32]](repeating: [], count: grid.layerCount)
    units[3] = [5, 90]
    let edit = UnitEdit(
      .residualAfter, units: units, by: .sums(Array(repeating: Array(repeating: 2.5, count: grid.width), count: 4)))
    let before = try #require(try ground.statistics([.residualAfter], of: texts)[.residualAfter]).values(.mean)
    let after = try #require(try ground.statistics([.residualAfter], of: texts, under: edit)[.residualAfter])
      .values(.mean)
    for unit in 0..<grid.count {
      let moved = unit == 3 * grid.width + 5 || unit == 3 * grid.width + 90 ? 2.5 : 0
      #expect(abs(after[unit] - before[unit] - moved) < 1e-4)
    }
  }

  @Test func allHiddenUnitsZeroIsDownZero() throws {
    // The stream behind a block whose hidden units are all zero is the stream before its feed-forward part.
    let ground = try ground(panelTokens: 100)
    let grid = try ground.grid(.mlpHidden)
    let all = UnitEdit(.mlpHidden, of: grid, flat: 0..<grid.count)
    let sites: [Site] = [.residualMiddle, .residualAfter]
    let found = try ground.statistics(sites, of: texts, under: all)
    for statistic in UnitStatistic.allCases {
      #expect(found[.residualMiddle]?.values(statistic) == found[.residualAfter]?.values(statistic))
    }
  }
}

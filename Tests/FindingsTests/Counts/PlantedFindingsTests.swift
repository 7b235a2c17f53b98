import Findings
import Foundation
import Perturbations
import Statistics
import Testing
import TestSupport
import Transformer

/// What is planted in noise is found, and noise alone is not taken for findings, over a hundred seeds.
struct PlantedFindingsTests {
  /// Three matrices of 16 × 24 regions, and four inputs of two tasks.
  private static let matrices: [WeightMatrix] = [.o, .up, .down]
  private static let mutations = matrices.flatMap {
    Screens.mutations(matrix: $0, rows: 16, columns: 24, region: 1, kinds: [.maximum, .minimum])
  }
  private static let tasks = ["story", "story", "code", "code"]
  private static let seeds = UInt64(1)...100

  /// Verdicts that are non-silent with a probability of their own each.
  private static func counts(seed: UInt64, chance: (Mutation) -> Double) throws -> ScreenCounts {
    var random = SeededNumbers(seed: seed &* 0x9e37_79b9_7f4a_7c15)
    return try Screens.counts(mutations, tasks: tasks) { mutation, _ in
      Double.random(in: 0..<1, using: &random) < chance(mutation)
    }
  }

  /// Of all findings over the seeds, the share that is not planted; and in how many seeds the planted one was found.
  private static func outcome(
    chance: (Mutation) -> Double, findings: (ScreenCounts, UInt64) throws -> [Bool]
  ) throws -> (found: Int, falseShare: Double, withFalse: Int) {
    var (found, right, wrong, withFalse) = (0, 0, 0, 0)
    for seed in seeds {
      let planted = try findings(counts(seed: seed, chance: chance), seed)
      found += planted.contains(true) ? 1 : 0
      withFalse += planted.contains(false) ? 1 : 0
      right += planted.count { $0 }
      wrong += planted.count { !$0 }
    }
    return (found, Double(wrong) / Double(max(1, right + wrong)), withFalse)
  }

  private static func enriched(_ counts: ScreenCounts, _: UInt64) -> [Bool] {
    let enrichment = Enrichment(counts)
    return Enrichment.Question.allCases.flatMap { enrichment.findings($0) }.map { finding in
      enrichment.entries[finding.entry].matrix == .up && finding.axis == .row && finding.block == 5
    }
  }

  private static func biased(_ counts: ScreenCounts, _: UInt64) -> [Bool] {
    let bias = Bias(counts)
    return bias.findings.map { bias.entries[$0].matrix == .down && bias.entries[$0].effect > 0 }
  }

  private static func complementary(_ counts: ScreenCounts, _ seed: UInt64) throws -> [Bool] {
    try Complementarity(counts, seed: seed).findings.map {
      // Columns of unlike parity are opposite in the two planted rows.
      $0.matrix == .o && ($0.axis == .row ? $0.first == 3 && $0.second == 11 : ($0.second - $0.first) % 2 == 1)
    }
  }

  @Test func aPlantedRowIsFound() throws {
    let outcome = try PlantedFindingsTests.outcome(
      chance: { $0.region.matrix == .up && $0.region.rows.lowerBound == 5 ? 0.7 : 0.25 },
      findings: PlantedFindingsTests.enriched)
    print("a planted row: found in \(outcome.found) of 100 seeds, false among findings \(outcome.falseShare)")
    #expect(outcome.found >= 95 && outcome.falseShare <= 0.05)
  }

  /// Several of 24 columns do not hide one another, whatever the question but the one after a block alone.
  @Test(arguments: [1, 2, 5, 8])
  func plantedColumnsAreFoundTogether(count: Int) throws {
    let planted = Set((0..<count).map { 1 + $0 * 23 / count })
    for question in [Enrichment.Question.margins, .arithmetic] {
      let outcome = try PlantedFindingsTests.outcome(
        chance: { mutation in
          mutation.region.matrix == .up && planted.contains(mutation.region.columns.lowerBound) ? 0.8 : 0.33
        },
        findings: { counts, _ in
          let enrichment = Enrichment(counts)
          let found = enrichment.findings(question).map { ($0, enrichment.entries[$0.entry]) }
          let right = found.filter { $0.1.matrix == .up && $0.0.axis == .column && planted.contains($0.0.block) }
          // All of them, or the seed does not count as found.
          let all = Set(right.map(\.0.block)).count == count
          return Array(repeating: false, count: found.count - right.count) + (all ? [true] : [])
        })
      print(
        "\(count) planted columns by \(question): found in \(outcome.found) of 100 seeds, false in \(outcome.withFalse)"
      )
      #expect(outcome.found >= 95 && outcome.withFalse <= 5)
    }
  }

  @Test func aPlantedBiasIsFound() throws {
    let outcome = try PlantedFindingsTests.outcome(
      chance: { $0.region.matrix == .down && $0.kind == .maximum ? 0.4 : 0.25 },
      findings: PlantedFindingsTests.biased)
    print("a planted bias: found in \(outcome.found) of 100 seeds, false among findings \(outcome.falseShare)")
    #expect(outcome.found >= 95 && outcome.falseShare <= 0.05)
  }

  @Test func aBiasByLargerExtremesIsNoFindingAndOneBeyondThemIs() throws {
    let (layers, planted) = (8, WeightMatrix.down)
    let mutations = (0..<layers).flatMap { layer in
      PlantedFindingsTests.matrices.flatMap {
        Screens.mutations(layer: layer, matrix: $0, rows: 12, columns: 16, region: 1, kinds: [.maximum, .minimum])
      }
    }
    var (found, withFalse) = (0, 0)
    for seed in PlantedFindingsTests.seeds {
      var random = SeededNumbers(seed: seed &* 0x9e37_79b9_7f4a_7c15)
      // Maxima from three fifths to five thirds of the minima; verdicts follow them.
      let maxima = (0..<layers * WeightMatrix.ofBlocks.count).map { _ in
        exp(Double.random(in: -0.5...0.5, using: &random))
      }
      func maximum(_ region: Region) -> Double {
        maxima[region.layer * WeightMatrix.ofBlocks.count + region.matrix.index]
      }
      let values = mutations.map { Float($0.kind == .maximum ? maximum($0.region) : -1) }
      let counts = try Screens.counts(mutations, tasks: PlantedFindingsTests.tasks, values: values) { mutation, _ in
        let isPlanted = mutation.region.layer == 1 && mutation.region.matrix == planted
        let size = mutation.kind == .maximum ? maximum(mutation.region) * (isPlanted ? 3 : 1) : 1
        return Double.random(in: 0..<1, using: &random) < min(1, 0.15 * size)
      }
      let bias = Bias(counts)
      let right = bias.findings.map { bias.entries[$0].layer == 1 && bias.entries[$0].matrix == planted }
      found += right.contains(true) ? 1 : 0
      withFalse += right.contains(false) ? 1 : 0
    }
    print("a bias beyond the extremes': found in \(found) of 100 seeds, one of the extremes' alone in \(withFalse)")
    #expect(found >= 95 && withFalse <= 5)
  }

  @Test func aPlantedPairIsFound() throws {
    let outcome = try PlantedFindingsTests.outcome(
      chance: { mutation in
        let (row, column) = (mutation.region.rows.lowerBound, mutation.region.columns.lowerBound)
        guard mutation.region.matrix == .o, row == 3 || row == 11 else { return 0.25 }
        return ((column % 2 == 0) == (row == 3)) == (mutation.kind == .maximum) ? 0.65 : 0.05
      },
      findings: PlantedFindingsTests.complementary)
    print("a planted pair: found in \(outcome.found) of 100 seeds, false among findings \(outcome.falseShare)")
    #expect(outcome.found >= 95 && outcome.falseShare <= 0.05)
  }

  @Test func noiseHasNoFindings() throws {
    let withAny = try PlantedFindingsTests.outcome(chance: { _ in 0.25 }) { counts, seed in
      let found = [
        PlantedFindingsTests.enriched(counts, seed).count, PlantedFindingsTests.biased(counts, seed).count,
        try PlantedFindingsTests.complementary(counts, seed).count, Specificity(counts).findings.count,
        Overlap(counts).adjusted.count { $0 <= FalseDiscoveryRate.level },
      ]
      if found.contains(where: { $0 > 0 }) { print("noise, seed \(seed): \(found)") }
      return found.contains { $0 > 0 } ? [false] : []
    }.withFalse
    print("noise: anything is reported in \(withAny) of 100 seeds")
    #expect(withAny <= 5)
  }

  @Test func exclusiveRegionsAreCountedAndFewVerdictsAreNoFinding() throws {
    let tasks = ["story", "story", "code", "code", "verse", "verse"]
    var random = SeededNumbers(seed: 7)
    let counts = try Screens.counts(PlantedFindingsTests.mutations, tasks: tasks) { mutation, input in
      if mutation.region.matrix == .o, mutation.region.rows.lowerBound == 2 { return tasks[input] == "code" }
      return Double.random(in: 0..<1, using: &random) < 0.2
    }
    let specificity = Specificity(counts)
    #expect(specificity.specific.reduce(0, +) == 0, "four verdicts are too few among a thousand regions")
    #expect(specificity.isBlind && specificity.fewestFindings > counts.regions.count / 10)
    #expect(abs(specificity.leastProbability - pow(1.0 / 3, 4)) < 0.01, "two kinds on two inputs, of three tasks")
    #expect(specificity.exclusive[1] >= 24 && specificity.exclusive[1] > specificity.exclusive[0])
  }
}

import Findings
import Foundation
import Perturbations
import Testing
import TestSupport
import Transformer

/// What is planted between two screens is found and nothing else, and noise is none, over many seeds.
@Suite(.serialized) struct ComparisonNoiseTests {
  /// How the verdicts of two screens are made.
  struct Setting: CustomTestStringConvertible {
    /// Whether both screens have the same inputs.
    let isPaired: Bool
    /// By how much more the log odds of verdicts are in the second screen.
    let shift: Double

    var testDescription: String { "\(isPaired ? "the same inputs" : "other inputs"), shift \(shift)" }

    static let all = [true, false].flatMap { isPaired in [0, 1.2].map { Setting(isPaired: isPaired, shift: $0) } }
  }

  /// The regions that change, all of one matrix of one layer.
  private static let planted = Set(
    MadeScreen.mutations.map(\.region).filter {
      $0.layer == 1 && $0.matrix == .up && $0.rows.lowerBound == 16 && $0.columns.lowerBound < 40
    })

  /// Two screens: each region has log odds of its own, each input and each matrix too, and every verdict is drawn.
  /// Planted regions are non-silent in the first and silent in the second, against the shift.
  private static func screens(_ setting: Setting, seed: Int, planting: Bool) -> (MadeScreen, MadeScreen) {
    var chance = SeededNumbers(seed: UInt64(seed) &* 0x9e37_79b9_7f4a_7c15)
    let severity = Dictionary(
      uniqueKeysWithValues: Set(MadeScreen.mutations.map(\.region)).sorted {
        ($0.layer, $0.matrix.index, $0.rows.lowerBound, $0.columns.lowerBound)
          < ($1.layer, $1.matrix.index, $1.rows.lowerBound, $1.columns.lowerBound)
      }.map { ($0, 1.2 * chance.normal() + ($0.matrix == .down ? 0.5 : -1)) })
    func make(_ isSecond: Bool) -> MadeScreen {
      var screen = MadeScreen()
      if isSecond { screen.plan = "second" }
      if isSecond, !setting.isPaired { screen.inputs = MadeScreen.inputs(24, from: 24) }
      screen.recording.divergence = true
      let hardness = screen.inputs.map { _ in 0.8 * chance.normal() }
      var drawn: [Mutation: [Bool]] = [:]
      var divergences: [Mutation: [Float]] = [:]
      for mutation in screen.mutations {
        let own = severity[mutation.region] ?? 0
        let change = planting && planted.contains(mutation.region) ? (isSecond ? -3.0 : 3) : 0
        drawn[mutation] = screen.inputs.indices.map { input in
          let odds = (change == 0 ? own : 0) + hardness[input] + change + (isSecond ? setting.shift : 0)
          return chance.uniform() < 1 / (1 + exp(-odds))
        }
        divergences[mutation] = screen.inputs.indices.map { input in
          Float(exp(own + hardness[input] + 0.5 * chance.normal() + (isSecond ? setting.shift : 0) + change / 3))
        }
      }
      screen.isNonSilent = { drawn[$0]?[$1] ?? false }
      screen.divergence = { divergences[$0]?[$1] ?? 0 }
      return screen
    }
    return (make(false), make(true))
  }

  @Test(arguments: Setting.all) func noiseHasNoFindings(_ setting: Setting) throws {
    var (withAny, verdicts, divergences, tests) = (0, 0, 0, 0)
    for seed in 1...100 {
      let (first, second) = ComparisonNoiseTests.screens(setting, seed: seed, planting: false)
      let changes = try MadeScreen.compare(first, second).changes
      let found = (changes.findings.count, changes.divergenceFindings.count)
      withAny += found.0 + found.1 > 0 ? 1 : 0
      verdicts += found.0
      divergences += found.1
      tests += changes.testCount
    }
    print(
      "\(setting.testDescription): noise has a finding in \(withAny) of 100 seeds, \(verdicts) by verdicts, "
        + "\(divergences) by divergence, of \(tests / 100) regions tested")
    #expect(withAny <= 5 && tests > 100 * 100)
  }

  @Test(arguments: Setting.all) func plantedChangesAreFoundAndNothingElse(_ setting: Setting) throws {
    let planted = ComparisonNoiseTests.planted
    #expect(planted.count == 5)
    var (found, wrong, byDivergence, wrongByDivergence) = (0, 0, 0, 0)
    for seed in 1...20 {
      let (first, second) = ComparisonNoiseTests.screens(setting, seed: 1000 + seed, planting: true)
      let changes = try MadeScreen.compare(first, second).changes
      found += changes.findings.count { planted.contains($0.region) && $0.excess > 0 }
      wrong += changes.findings.count { !planted.contains($0.region) }
      byDivergence += changes.divergenceFindings.count { planted.contains($0.region) }
      wrongByDivergence += changes.divergenceFindings.count { !planted.contains($0.region) }
    }
    print(
      "\(setting.testDescription): of 100 planted changes \(found) found by verdicts and \(byDivergence) by "
        + "divergence, false ones \(wrong) and \(wrongByDivergence)")
    #expect(found >= 95 && byDivergence >= 95)
    #expect(20 * wrong <= found && 20 * wrongByDivergence <= byDivergence)
  }

  /// A shift of all verdicts is told as such, and is no change of any region.
  @Test func aShiftOfAllIsInTheTable() throws {
    let setting = Setting(isPaired: true, shift: 1.2)
    let (first, second) = ComparisonNoiseTests.screens(setting, seed: 7, planting: false)
    let comparison = try MadeScreen.compare(first, second)
    let all = comparison.severities[0]
    #expect(all.difference < -0.1 && all.interval.high < 0)
    #expect(abs(comparison.changes.shift + 1.2) < 0.25, "\(comparison.changes.shift)")
    #expect(comparison.severities.map(\.scope.words) == ["all", "q", "up", "down", "layer 0", "layer 1"])
  }
}

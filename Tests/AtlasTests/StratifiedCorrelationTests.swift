import Foundation
import Statistics
import TestSupport
import Testing

struct StratifiedCorrelationTests {
  /// Four places in one stratum: all 24 orders by hand.
  @Test func fewPlacesMatchAllPermutations() {
    let (first, second) = ([1.0, 2, 3, 4], [1.0, 3, 2, 4])
    let found = StratifiedCorrelation([first], [second], movesTogether: false)
    // ρ = 1 − 6 Σd² / (n (n² − 1)) = 1 − 6 · 2 / 60; at least as extreme are 8 of the 24 orders.
    #expect(abs(found.value - 0.8) < 1e-12)
    #expect(abs(found.probability - 8.0 / 24) < 0.02)
    #expect(found.count == 4)
  }

  /// Of one thing in all strata a permutation is one: 3 of its 3! orders in two equal strata, not 36.
  @Test func placesThatMoveTogetherCountOnce() {
    let values = [[1.0, 2, 3, 4, 5], [1.0, 2, 3, 4, 5], [1.0, 2, 3, 4, 5]]
    let together = StratifiedCorrelation(values, values, movesTogether: true)
    let apart = StratifiedCorrelation(values, values, movesTogether: false)
    #expect(together.value == 1 && apart.value == 1)
    // 2 of 120 orders are as extreme, up and down.
    #expect(abs(together.probability - 2.0 / 120) < 0.005)
    #expect(apart.probability < 0.001)
  }

  /// The exact variance of many places against draws.
  @Test(arguments: [false, true]) func theVarianceIsThatOfPermutations(_ movesTogether: Bool) {
    var random = SeededNumbers(seed: 3)
    func values() -> [[Double]] { (0..<3).map { _ in (0..<40).map { _ in random.normal() } } }
    let (first, second) = (values(), values())
    let found = StratifiedCorrelation(first, second, movesTogether: movesTogether)
    var draws: [Double] = []
    for _ in 0..<4000 {
      let order = (0..<40).shuffled(using: &random)
      let moved = second.map { stratum in
        let own = movesTogether ? order : (0..<40).shuffled(using: &random)
        return own.map { stratum[$0] }
      }
      draws.append(StratifiedCorrelation(first, moved, movesTogether: movesTogether).value)
    }
    let reached = Double(draws.count { abs($0) >= abs(found.value) }) / 4000
    #expect(abs(reached - found.probability) < 0.03, "\(reached) \(found.probability)")
  }

  /// What a third measure explains is no correlation; what it does not explain stays.
  @Test func whatAThirdExplainsGoes() {
    var random = SeededNumbers(seed: 5)
    let size = (0..<2).map { _ in (0..<200).map { _ in random.normal() } }
    func like(_ weight: Double, _ other: [[Double]]?) -> [[Double]] {
      size.enumerated().map { layer, stratum in
        stratum.enumerated().map { $1 + weight * (other?[layer][$0] ?? 0) + 0.5 * random.normal() }
      }
    }
    let own = (0..<2).map { _ in (0..<200).map { _ in random.normal() } }
    let (first, second) = (like(0, nil), like(0, nil))
    #expect(StratifiedCorrelation(first, second, movesTogether: false).value > 0.6)
    let beyond = StratifiedCorrelation(first, second, given: size, movesTogether: false)
    #expect(abs(beyond.value) < 0.15 && beyond.probability > 0.01, "\(beyond)")
    let kept = StratifiedCorrelation(like(1, own), like(1, own), given: size, movesTogether: false)
    #expect(kept.value > 0.6 && kept.probability < 1e-10, "\(kept)")
  }

  /// Levels of layers are no correlation, and what is no number is left out.
  @Test func levelsOfStrataAreNoCorrelation() {
    let (first, second) = ([[1.0, 2], [11.0, 12]], [[2.0, 1], [22.0, .nan]])
    let found = StratifiedCorrelation(first, second, movesTogether: false)
    #expect(found.count == 3 && found.value == -1)
    #expect(StratifiedCorrelation([[1.0, 1]], [[1.0, 2]], movesTogether: false).probability.isNaN)
  }
}

import Basics
import Foundation
import Statistics
import Testing

/// Interactions of pairs on divergences whose interactions are known.
struct PairInteractionsTests {
  /// A screen of all pairs of some mutations: divergences add up and saturate, and each deviates by chance; of
  /// `planted` pairs, by their numbers, the divergence is multiplied by a factor.
  private func screen(
    singles count: Int, inputs: Int, seed: UInt64, planted: [Int: Double] = [:]
  ) -> (sums: [[Double]], divergences: [[Double]]) {
    var random = RandomStream(seed: seed, stream: 7, index: 0)
    let sizes = (0..<count).map { _ in exp(2 * random.normal() - 2) }
    let scales = (0..<inputs).map { _ in exp(random.normal()) }
    let singles = sizes.map { size in scales.map { size * $0 * exp(0.3 * random.normal()) } }
    var (sums, divergences): ([[Double]], [[Double]]) = ([], [])
    for first in 0..<count {
      for second in first + 1..<count {
        let sum = zip(singles[first], singles[second]).map(+)
        let factor = planted[sums.count] ?? 1
        sums.append(sum)
        divergences.append(sum.map { $0 / (1 + $0 / 3) * exp(0.3 * random.normal()) * factor })
      }
    }
    return (sums, divergences)
  }

  /// Of screens without interaction, how many have any finding, at the level at which findings are reported.
  @Test func findingsWithoutInteractionAreRare() {
    let screens = 200
    var (withFindings, findings, small) = (0, 0, 0)
    for seed in 0..<screens {
      let (sums, divergences) = screen(singles: 16, inputs: 8, seed: UInt64(seed))
      let found = PairInteractions(sums: sums, divergences: divergences)
      let adjusted = FalseDiscoveryRate.adjusted(found.probabilities)
      let own = adjusted.count { $0 <= FalseDiscoveryRate.level }
      findings += own
      withFindings += own > 0 ? 1 : 0
      small += found.probabilities.count { $0 <= 0.05 }
    }
    let share = Double(small) / Double(screens * 120)
    print(
      "no interaction: \(findings) findings in \(withFindings) of \(screens) screens of 120 pairs, p at most 0.05 in "
        + "\(share) of the pairs")
    // Screens of noise shall have any finding in one case of twenty at most; 20 of 200 has a probability of 3e-3 then.
    #expect(withFindings < 20)
    #expect(share < 0.055)
  }

  @Test func plantedInteractionsAreFound() {
    let planted = [5: 6.0, 50: 1 / 6.0, 100: 5, 77: 0.2]
    var (found, signs, false_) = (0, 0, 0)
    for seed in 0..<20 {
      let (sums, divergences) = screen(singles: 20, inputs: 8, seed: 1000 + UInt64(seed), planted: planted)
      let interactions = PairInteractions(sums: sums, divergences: divergences)
      let adjusted = FalseDiscoveryRate.adjusted(interactions.probabilities)
      for (pair, rate) in adjusted.enumerated() where rate <= FalseDiscoveryRate.level {
        guard let factor = planted[pair] else {
          false_ += 1
          continue
        }
        found += 1
        signs += (interactions.effects[pair] > 0) == (factor > 1) ? 1 : 0
      }
    }
    print("planted: \(found) of \(20 * planted.count) found, \(signs) with the right sign, \(false_) others")
    #expect(found >= 60 && signs == found && false_ <= 4)
  }

  /// The plain interaction is the definition; what is expected follows how divergences saturate.
  @Test func definitions() {
    let (sums, divergences) = screen(singles: 12, inputs: 4, seed: 3)
    let found = PairInteractions(sums: sums, divergences: divergences)
    for pair in sums.indices {
      for input in 0..<4 {
        #expect(found.interactions[pair][input] == divergences[pair][input] - sums[pair][input])
        let exact = sums[pair][input] / (1 + sums[pair][input] / 3)
        #expect(abs(log(found.expected[pair][input] / exact)) < 1)
      }
      let effect =
        (0..<4).map { log((divergences[pair][$0] + 1e-8) / (found.expected[pair][$0] + 1e-8)) }.reduce(0, +) / 4
      #expect(abs(found.effects[pair] - effect) < 1e-3)
    }
    var broken = divergences
    broken[3][1] = .nan
    let rest = PairInteractions(sums: sums, divergences: broken)
    #expect(rest.probabilities[3].isNaN && rest.effects[3].isNaN && rest.probabilities.count { $0.isNaN } == 1)
    let lone = PairInteractions(sums: [[1, 2]], divergences: [[3, 1]])
    #expect(lone.interactions == [[2, -1]] && lone.expected == [[1, 2]] && lone.probabilities == [1])
    #expect(PairInteractions(sums: [], divergences: []).effects.isEmpty)
  }
}

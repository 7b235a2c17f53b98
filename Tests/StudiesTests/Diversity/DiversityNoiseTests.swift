import Basics
import LinearAlgebra
import Statistics
import Studies
import Testing

/// What is planted is found, and in 100 samples without structure at most five findings of a kind.
struct DiversityNoiseTests {
  /// A host that repeats itself with some probability, and else says any of `tokens` tokens.
  private func speech(_ name: String, seed: UInt64, tokens: Int, repeating: Double) -> Speech {
    var random = RandomStream(seed: seed, counter: SIMD4(0, 0, 0, 0x7465_7374))
    let samples = (0..<8).map { _ in
      (0..<8).reduce(into: [Int32]()) { text, _ in
        let isRepeated = random.uniform() < repeating && !text.isEmpty
        text.append(isRepeated ? text[text.count - 1] : Int32(random.below(tokens)))
      }
    }
    let rows = (0..<12).map { _ in [NextToken(bits: random.normal() + repeating, topProbability: 0.5)] }
    return Speech(name, openness: [TextOpenness(rows)], samples: [samples])
  }

  private func comparison(_ one: Speech, _ other: Speech, draws: Int) -> SpeechComparison {
    let permutation = SamplePermutation(one.samples[0], other.samples[0], seed: 0)
    return SpeechComparison(one, other, draws: [(0..<draws).map { permutation.difference(draw: $0) }])
  }

  @Test func halvesOfOneHostDoNotDiffer() {
    var found = (bits: 0, selfBLEU: 0)
    for seed in 0..<100 {
      let halves = [0, 1].map { speech("half", seed: UInt64(2 * seed + $0), tokens: 6, repeating: 0.3) }
      let comparison = comparison(halves[0], halves[1], draws: 199)
      found.bits += comparison.bits[0].isFound ? 1 : 0
      found.selfBLEU += comparison.selfBLEU[0].isFound ? 1 : 0
    }
    #expect(found.bits <= 5 && found.selfBLEU <= 5, "\(found)")
  }

  @Test func hostsThatDifferAreFound() {
    let (one, other) = (speech("a", seed: 1, tokens: 40, repeating: 0), speech("b", seed: 2, tokens: 3, repeating: 3))
    let found = comparison(one, other, draws: 199)
    #expect(found.bits[0].isFound && found.bits[0].mean > 1)
    #expect(found.selfBLEU[0].isFound && found.selfBLEU[0].mean > 0.2 && found.selfBLEU[0].probability == 1.0 / 200)
    let permutation = SamplePermutation(one.samples[0], other.samples[0], seed: 0)
    #expect(abs(permutation.difference - found.selfBLEU[0].mean) < 1e-12)
  }

  private func space(seed: UInt64, apart: Double) -> SampleSpace {
    var random = RandomStream(seed: seed, counter: SIMD4(0, 0, 1, 0x7465_7374))
    let values = (0..<12).flatMap { row in (0..<3).map { _ in random.normal() + (row % 2 == 0 ? apart : 0) } }
    return SampleSpace(DoubleMatrix(rows: 12, columns: 3, values: values))
  }

  private func falls(_ space: SampleSpace, _ nulls: Int) -> SampleFalls {
    SampleFalls([space], count: 2, seed: 0) { _, null in
      null < nulls
        ? (0..<99).map { space.silhouette(SampleSpace.Null.allCases[null], draw: $0, count: 2, seed: 0) } : []
    }
  }

  @Test func pointsWithoutClustersHaveNone() {
    let found = (0..<100).count {
      falls(space(seed: UInt64($0), apart: 0), 1).chances(.shuffled)[0].value <= FalseDiscoveryRate.level
    }
    #expect(found <= 5, "\(found)")
  }

  @Test func plantedClustersAreFoundBeyondBothNulls() {
    let falls = falls(space(seed: 7, apart: 12), 2)
    #expect(
      Set(falls.clusters[0].labels.enumerated().map { $0.offset % 2 == 0 ? $0.element : 1 - $0.element }).count == 1)
    for null in SampleSpace.Null.allCases { #expect(falls.chances(null)[0].isLeast) }
    #expect(falls.silhouettes[0] > 0.8 && falls.shuffled[0] < 0.7)
  }

  /// Of two prompts with nine draws, one that is beyond all of them, and one that is beyond none.
  @Test func drawsThatAreTooFewAreKnown() {
    let spaces = [space(seed: 7, apart: 12), space(seed: 1, apart: 0)]
    let falls = SampleFalls(spaces, count: 2, seed: 0) { prompt, _ in
      (0..<9).map { prompt == 0 ? 0.01 * Double($0) : 0.5 + 0.01 * Double($0) }
    }
    #expect(falls.isBeyondAll(.shuffled, prompt: 0) && !falls.isBeyondAll(.shuffled, prompt: 1))
    // One draw of the second prompt is as far out among its own as the first one's silhouette: 2 / 10.
    #expect(falls.chances(.shuffled).map(\.value) == [0.2, 1])
  }

  /// A single lump that is long passes the first null, and not the second.
  @Test func aLongLumpIsNoCluster() {
    var random = RandomStream(seed: 5, counter: SIMD4(0, 0, 2, 0x7465_7374))
    let values = (0..<16).flatMap { _ in
      let place = random.normal()
      return (0..<4).map { _ in place + 0.1 * random.normal() }
    }
    let falls = falls(SampleSpace(DoubleMatrix(rows: 16, columns: 4, values: values)), 2)
    #expect(falls.chances(.shuffled)[0].isLeast && falls.chances(.normal)[0].value > 0.05)
  }

  @Test func returnsByChanceAreNone() {
    let found = (0..<100).count { seed in
      var random = RandomStream(seed: UInt64(seed), counter: SIMD4(0, 0, 3, 0x7465_7374))
      func cluster() -> Int { random.place(by: [0.5, 0.3, 0.2]) }
      let came = (0..<16).map { _ in cluster() }
      let ends = came.map { _ in
        let own = cluster()
        // Texts of one sample end alike, whatever they came from.
        return (0..<4).map { _ in random.uniform() < 0.7 ? own : cluster() }
      }
      return AttractorReturn(came: came, ends: ends, shares: [0.5, 0.3, 0.2]).chance.value <= FalseDiscoveryRate.level
    }
    #expect(found <= 5, "\(found)")
  }
}

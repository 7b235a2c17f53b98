import Basics
import Testing

@Suite struct OrderTests {
  @Test func fractionsAreWholeNumbersHalvesUp() {
    // 128 units in tenths, as any program that follows the definition counts them.
    let shares = (0...10).map { Fraction($0, of: 10).share(of: 128) }
    #expect(shares == [0, 13, 26, 38, 51, 64, 77, 90, 102, 115, 128])
    #expect(Fraction("0.125") == Fraction(125, of: 1000) && Fraction("1") == Fraction(10, of: 10))
    #expect(Fraction(1, of: 2).share(of: 3) == 2 && Fraction(1, of: 3).share(of: 0) == 0)
    for text in ["", "-1", "1e2", "0.1234567891", ".", "0,5", "٣"] { #expect(Fraction(text) == nil, "\(text)") }
  }

  @Test func equalScoresGoByNumber() {
    #expect(Ranking.order(by: [1, 3, 2, 3, -1]) == [1, 3, 2, 0, 4])
    #expect(Ranking.top(2, by: [1, 3, 2, 3, -1]) == [1, 3])
  }

  /// The slow way: every free rank is looked at.
  private func matched(_ chosen: [Int], _ magnitudes: [Double]) -> [Int] {
    let ranked = Ranking.order(by: magnitudes)
    var free = ranked.indices.filter { !chosen.contains(ranked[$0]) }
    return chosen.compactMap { ranked.firstIndex(of: $0) }.sorted().compactMap { own in
      guard let best = free.min(by: { (abs($0 - own), $0) < (abs($1 - own), $1) }) else { return nil }
      free.removeAll { $0 == best }
      return ranked[best]
    }
  }

  @Test func eachChosenOneTakesTheNearestFreeRank() {
    #expect(Ranking.matched(to: [0, 1], magnitudes: [9, 8, 7, 6, 1]) == [2, 3])
    #expect(Ranking.matched(to: [2], magnitudes: [9, 8, 7, 6, 1]) == [1], "of two equally near the better")
    var stream = RandomStream(seed: 5, counter: SIMD4(0, 0, 0, 0))
    for _ in 0..<200 {
      let count = 3 + stream.below(20)
      let magnitudes = (0..<count).map { _ in Double(stream.below(8)) }
      let chosen = Array(stream.permutation(count).prefix(stream.below(count)))
      #expect(Ranking.matched(to: chosen, magnitudes: magnitudes) == matched(chosen, magnitudes))
    }
  }
}

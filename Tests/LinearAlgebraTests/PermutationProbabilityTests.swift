import LinearAlgebra
import Testing

/// Probabilities by counting draws, and how they are written.
struct PermutationProbabilityTests {
  @Test func whatWasFoundIsOneOfTheDraws() {
    let draws = [0.1, 0.2, 0.3, 0.4]
    #expect(PermutationProbability(0.3, among: draws).value == 3.0 / 5)
    #expect(PermutationProbability(0.3 + 1e-14, among: draws).reached == 2, "equal but for rounding")
    #expect(PermutationProbability(0.31, among: draws + [.nan]) == PermutationProbability(reached: 1, of: 4))
    #expect(PermutationProbability(.nan, among: draws).value.isNaN)
    #expect(PermutationProbability(0.3, among: []).value.isNaN)
  }

  @Test func theLeastIsABound() {
    let least = PermutationProbability(reached: 0, of: 199)
    #expect(least.isLeast && least.text == "p ≤ 0.005" && least.sign == "≤ ")
    let other = PermutationProbability(reached: 1, of: 199)
    #expect(!other.isLeast && other.text == "p 0.01" && other.sign.isEmpty)
    let none = PermutationProbability(reached: 0, of: 0)
    #expect(!none.isLeast && none.text == "p –")
    #expect(least.text { _ in "x" } == "≤ x")
  }

  @Test func numbersOfFilesAreCountsAgain() {
    for reached in [0, 1, 17, 999] {
      let written = PermutationProbability(reached: reached, of: 999)
      #expect(PermutationProbability(value: written.value, of: 999) == written)
      #expect(PermutationProbability(value: Double(Float(written.value)), of: 999) == written)
    }
    #expect(PermutationProbability(value: 0, of: 999) == nil, "no draws give it")
    #expect(PermutationProbability(value: 1.5, of: 999) == nil)
    #expect(PermutationProbability(value: .nan, of: 999) == nil)
    #expect(PermutationProbability(value: 0.0123456, of: 99) == nil)
    #expect(PermutationProbability(value: 1, of: 0) == nil)
  }
}

import LinearAlgebra
import Statistics
import Studies
import Testing

/// Each kind of finding on 100 samples without structure: at most five may be there.
struct LocalizerNoiseTests {
  private static let draws = 199

  private func findings(_ probability: (UInt64) throws -> PermutationProbability) rethrows -> Int {
    try (0..<100).count { try probability(UInt64(1000 + $0)).value <= FalseDiscoveryRate.level }
  }

  /// Skewed activations of units that go together, as those of a stream do.
  @Test func unitsOfNoiseTellNothingApart() {
    let found = findings { seed in
      let own = SampleRows(seed: seed, rows: 20, columns: 30).matrix
      let common = SampleRows(seed: seed + 5000, rows: 20, columns: 1).matrix
      var rows = own
      for row in 0..<20 {
        for unit in 0..<30 {
          let value = own[row, unit] + common[row, 0] * Double(unit % 3)
          rows[row, unit] = value * value * value
        }
      }
      let (first, second) = (rows[rows: 0..<10], rows[rows: 10..<20])
      let count = AnswerMode.allCases.reduce(0) { $0 + UnitContrast(first, second, $1).discoveries }
      let draws = LabelPermutation(first, second).discoveries(draws: 0..<Self.draws)
      return PermutationProbability(Double(count), among: draws.map(Double.init))
    }
    #expect(found <= 5, "\(found)")
  }

  @Test func noiseIsNotPredicted() throws {
    let folds = (0..<18).map { $0 / 6 }
    let found = try findings { seed in
      let units = SampleRows(seed: seed, rows: 18, columns: 6).matrix
      let responses = SampleRows(seed: seed + 5000, rows: 18, columns: 2).matrix
      let alignment = try Alignment(units, folds: folds, penalties: [0.1, 10])
      let orders = (0..<Self.draws).map { Alignment.order(draw: $0, folds: folds) }
      return PermutationProbability(
        try alignment.prediction(responses).grouped.median, among: alignment.chance(responses, orders: orders))
    }
    #expect(found <= 5, "\(found)")
  }

  @Test func timesOfNoiseAreNotSurprise() {
    let found = findings { seed in
      let noise = SampleRows(seed: seed, rows: 40, columns: 3).matrix
      let words = (0..<40).map { word in
        Surprisal.Word(
          bits: abs(noise[word, 0]) * 8, tokens: 1 + abs(noise[word, 1]).rounded(), time: noise[word, 2],
          passage: word / 20)
      }
      return Surprisal(words, draws: Self.draws).whole.probability
    }
    #expect(found <= 5, "\(found)")
  }
}

import Basics
import LinearAlgebra
import Statistics
import Texts

/// Whether two hosts differ in how varied they are.
package struct SpeechComparison: Sendable {
  /// The difference of a mean between both hosts, the other one less the first, and its probability without any,
  /// corrected for the number of tests.
  package struct Change: Equatable, Sendable {
    /// The mean difference.
    package let mean: Double
    /// The interval of the mean difference; no numbers where there is none.
    package let interval: Interval
    /// The probability, corrected.
    package let probability: Double
    /// The least that so much data can give, corrected.
    package let least: Double

    /// Whether the difference is beyond chance.
    package var isFound: Bool { probability <= FalseDiscoveryRate.level }
  }

  /// The change of the entropy of each text in bits.
  package let bits: [Change]
  /// The change of the self-BLEU of each prompt.
  package let selfBLEU: [Change]

  /// Draws of the permutation test.
  static let draws = 999
  private static let drawsOfPiece = 100
  /// Operations for each token of a sample and draw, about.
  static let tokenOperations = 400.0

  /// Compares what two hosts said.
  init(_ one: Speech, _ other: Speech, seed: Int, on ground: StudyGround) throws {
    let changes = zip(one.samples, other.samples).map { SamplePermutation($0, $1, seed: seed) }
    let blocks = stride(from: 0, to: Self.draws, by: Self.drawsOfPiece).map {
      $0..<min($0 + Self.drawsOfPiece, Self.draws)
    }
    let pieces = try ground.stages.evaluate(
      "exchanging samples",
      costs: changes.flatMap { change in
        blocks.map { Double($0.count * change.tokenCount) * Self.tokenOperations }
      },
      sizes: changes.flatMap { _ in blocks.map(\.count) }
    ) { piece in
      let change = changes[piece / blocks.count]
      return blocks[piece % blocks.count].map { change.difference(draw: $0) }
    }
    let drawn = try pieces.all()
    self.init(
      one, other,
      draws: changes.indices.map { Array(drawn[$0 * blocks.count..<($0 + 1) * blocks.count].joined()) })
  }

  /// Takes what two hosts said and, for each prompt, the differences of self-BLEU when samples are dealt anew.
  package init(_ one: Speech, _ other: Speech, draws: [[Double]]) {
    let texts = Double(one.openness.count)
    bits = zip(one.openness, other.openness).map { one, other in
      let differences = zip(one.rowBits, other.rowBits).map { $1 - $0 }
      let test = SignFlipTest(differences)
      return Change(
        mean: test.means[0], interval: Interval(bootstrapping: differences),
        probability: test.means[0].isFinite ? min(1, texts * test.probability) : .nan, least: min(1, texts * test.least)
      )
    }
    let prompts = Double(draws.count)
    selfBLEU = zip(zip(one.variety, other.variety), draws).map { both, draws in
      let difference = both.1.selfBLEU - both.0.selfBLEU
      let chance = PermutationProbability(abs(difference), among: draws.map(abs))
      return Change(
        mean: difference, interval: Interval(low: .nan, high: .nan), probability: min(1, prompts * chance.value),
        least: min(1, prompts / Double(draws.count + 1)))
    }
  }
}

/// The difference of self-BLEU between two sets of samples when it is dealt anew which sample is of which set.
package struct SamplePermutation: Sendable {
  private let counts: GramCounts
  private let firstCount: Int
  private let count: Int
  private let seed: Int
  /// The tokens of all samples.
  package let tokenCount: Int

  /// Takes the samples of both sets, at least two of each.
  package init(_ one: [[Int32]], _ other: [[Int32]], seed: Int) {
    counts = GramCounts(one + other)
    firstCount = one.count
    count = one.count + other.count
    self.seed = seed
    tokenCount = (one + other).reduce(0) { $0 + $1.count }
  }

  /// The difference, the second set's less the first's, as the samples are.
  package var difference: Double { difference(Array(0..<count)) }

  /// The difference in a draw.
  package func difference(draw: Int) -> Double {
    var random = RandomStream(seed: UInt64(seed), stream: .sampleExchange, index: draw)
    return difference(random.permutation(count))
  }

  private func difference(_ order: [Int]) -> Double {
    counts.selfBLEU(of: Array(order[firstCount...])).mean - counts.selfBLEU(of: Array(order[..<firstCount])).mean
  }
}

extension StreamName {
  static let sampleExchange: StreamName = "divx"
}

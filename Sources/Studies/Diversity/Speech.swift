import Statistics
import Texts
import Transformer

/// What a host says: of the next token on given texts, and by itself behind prompts.
package struct Speech: Sendable {
  /// The name of the host.
  package let name: String
  /// How open the next token is, by text.
  package let openness: [TextOpenness]
  /// The samples of each prompt, `[prompt][sample][step]`.
  package let samples: [[[Int32]]]
  /// How varied the samples of each prompt are.
  package let variety: [SampleVariety]

  /// Lets a host speak, under an edit if there is one.
  init(
    of study: Diversity, _ name: String, _ prompts: [[Int32]], on ground: StudyGround, under edit: (any Hook)?
  ) throws {
    let sets = ground.texts[study.texts]
    let next = try ground.nextTokens(of: sets, under: edit, phase: "reading next tokens (\(name))")
    let requests = prompts.enumerated().flatMap { number, prompt in
      (0..<study.samples).map { sample in
        SampleRequest(prompt, key: Speech.key(study.seed, "sample", prompt: number, [sample]), steps: 0..<study.steps)
      }
    }
    let tokens = try ground.continuations(
      requests, by: study.sampling, under: edit, phase: "sampling continuations (\(name))")
    let samples = prompts.indices.map { Array(tokens[$0 * study.samples..<($0 + 1) * study.samples]) }
    self.init(name, openness: next.map(TextOpenness.init), samples: samples)
  }

  /// Takes what a host said.
  package init(_ name: String, openness: [TextOpenness], samples: [[[Int32]]]) {
    self.name = name
    self.openness = openness
    self.samples = samples
    variety = samples.map(SampleVariety.init)
  }

  /// The key of a continuation: "SEED:WORD:NUMBERS", and behind the word the number of the prompt unless it is the
  /// first, so that prompts do not share what is drawn.
  static func key(_ seed: Int, _ word: String, prompt: Int, _ numbers: [Int]) -> String {
    ([seed.description, word] + ((prompt > 0 ? [prompt] : []) + numbers).map(\.description)).joined(separator: ":")
  }
}

/// How open the next token is behind the positions of a text.
package struct TextOpenness: Sendable {
  /// The next token behind each position, `[row][position]`.
  package let rows: [[NextToken]]

  /// The shares of positions whose quantiles are given.
  static let shares = [0.05, 0.25, 0.5, 0.75, 0.95]

  /// Takes the rows of a text.
  package init(_ rows: [[NextToken]]) { self.rows = rows }

  private var all: [NextToken] { rows.flatMap { $0 } }
  /// The mean entropy of each row in bits.
  package var rowBits: [Double] { rows.map { $0.map(\.bits).mean } }
  /// The mean entropy over all positions in bits.
  package var meanBits: Double { all.map(\.bits).mean }
  /// Quantiles of the entropy over all positions in bits.
  package var quantiles: [Double] { all.map(\.bits).quantiles(Self.shares) }
  /// The mean of the effective vocabulary over all positions.
  package var effectiveVocabulary: Double { all.map(\.effectiveVocabulary).mean }
  /// The mean probability of the likeliest token.
  package var topProbability: Double { all.map(\.topProbability).mean }
  /// The interval of the mean entropy over rows.
  package var interval: Interval { Interval(bootstrapping: rowBits) }
  /// The interval of the mean effective vocabulary over rows.
  package var vocabularyInterval: Interval { Interval(bootstrapping: rows.map { $0.map(\.effectiveVocabulary).mean }) }
}

/// How varied some samples of one prompt are.
package struct SampleVariety: Sendable {
  /// Different runs of 1, 2 and 3 tokens over all runs of that length.
  package let distinct: [Double]
  /// BLEU of each sample against all others.
  package let bleu: [Double]
  /// The interval of the mean over samples.
  package let interval: Interval

  /// The lengths of the runs whose shares are given.
  static let lengths = [1, 2, 3]

  /// Measures samples, at least two.
  package init(_ samples: [[Int32]]) {
    let counts = GramCounts(samples)
    distinct = Self.lengths.map { counts.distinct($0, of: samples.indices) }
    bleu = counts.selfBLEU(of: Array(samples.indices))
    interval = Interval(bootstrapping: bleu)
  }

  /// The mean of BLEU over samples: the greater, the less varied.
  package var selfBLEU: Double { bleu.mean }
}

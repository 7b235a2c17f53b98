import Tokenizers
import Transformer

/// Endless rows of text of the micro-world, each of whole documents but for its end, made as they are asked for.
final class MicroWorldRows {
  /// Tokens of a row.
  let length: Int
  private let mix: MicroWorldMix
  private let seed: String
  private let tokenizer: any Tokenizer
  private let (begin, end): ([Int32], [Int32])
  private var maker: MicroWorldMaker
  /// Tokens of each task that were made so far.
  private var spent: [Double]
  private var next = 0

  /// What tokens of answers count more than others in the loss.
  private static let answerWeight: Float = 3
  /// How far tasks are from their shares at random, in tokens.
  private static let disorder = 2000.0

  /// Rows of `length` tokens of a model; those of one mix and seed are always the same.
  init(_ mix: MicroWorldMix, seed: String, length: Int, tokenizer: any Tokenizer, shape: HostShape) {
    (self.mix, self.seed, self.length, self.tokenizer) = (mix, seed, length, tokenizer)
    begin = shape.beginToken.map { [$0] } ?? []
    end = Array(shape.endTokens.prefix(1))
    (maker, spent) = MicroWorldRows.beginning(mix, seed)
  }

  private static func beginning(_ mix: MicroWorldMix, _ seed: String) -> (MicroWorldMaker, [Double]) {
    (MicroWorldMaker(random: PythonRandom("train" + seed)), mix.shares.map { _ in 0 })
  }

  /// A row; those before it are made too, unless they were already, and one before the last is made from the first on.
  func row(_ number: Int) throws -> ModelTrainer.Row {
    if number < next {
      (maker, spent) = MicroWorldRows.beginning(mix, seed)
      next = 0
    }
    while next < number { _ = try make() }
    return try make()
  }

  private func make() throws -> ModelTrainer.Row {
    var (tokens, weights): ([Int32], [Float]) = ([], [])
    func add(_ own: some Collection<Int32>, _ weight: Float = 1) {
      tokens += own
      weights += repeatElement(weight, count: own.count)
    }
    while tokens.count < length {
      let (place, start) = (nextTask(), tokens.count)
      let document = maker.document(mix.shares[place].task, naming: mix.hasNaming)
      add(begin)
      // Every second part is an answer.
      let parts = document.split(separator: MicroWorldItem.mark, omittingEmptySubsequences: false)
      for (number, part) in parts.enumerated() {
        let own = try tokenizer.encode(String(part))
        add(own.dropFirst(tokenizer.beginToken == nil ? 0 : 1), number % 2 == 1 ? MicroWorldRows.answerWeight : 1)
      }
      add(end)
      spent[place] += Double(tokens.count - start)
    }
    next += 1
    return ModelTrainer.Row(tokens: Array(tokens.prefix(length)), weights: Array(weights.prefix(length)))
  }

  /// The task that has had the least for its share, or nearly so.
  private func nextTask() -> Int {
    let keys = mix.shares.indices.map { spent[$0] / mix.shares[$0].share + maker.random.uniform() * Self.disorder }
    return keys.indices.min { keys[$0] < keys[$1] } ?? 0
  }
}

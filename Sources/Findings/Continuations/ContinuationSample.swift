import Basics
import Texts

/// A seeded sample of the distinct continuations of a screen, the same on all ranks.
struct ContinuationSample {
  /// Ascending numbers of continuations.
  let numbers: [Int]
  let continuations: [ContinuationText]
  let texts: [String]
  /// Mutants that have each continuation.
  let mutantCounts: [Int]
  /// Whether it has all there are.
  let isWhole: Bool

  /// All continuations, or `limit` of them by Floyd's algorithm (Bentley and Floyd 1987). Collective.
  init(_ shared: SharedContinuations, texts: ScreenTexts, limit: Int, seed: UInt64) throws {
    let continuations = shared.continuations
    let drawn = shared.sharing.isFirst ? ContinuationSample.draw(limit, of: continuations.count, seed: seed) : []
    // Number, mutants, input, tokens and how many these are, one continuation after the other.
    let words = drawn.flatMap { number in
      let text = continuations.text(of: number)
      return [Int64(number), Int64(continuations.mutantCounts[number]), Int64(text.input), Int64(text.tokens.count)]
        + text.tokens.map(Int64.init)
    }
    let told = try shared.sharing.share(words + [Int64(continuations.count)])
    var numbers: [Int] = []
    var mutantCounts: [Int] = []
    var sampled: [ContinuationText] = []
    var place = 0
    while place < told.count - 1 {
      let end = place + 4 + Int(told[place + 3])
      numbers.append(Int(told[place]))
      mutantCounts.append(Int(told[place + 1]))
      sampled.append(ContinuationText(input: Int(told[place + 2]), tokens: told[place + 4..<end].map(Int32.init)[...]))
      place = end
    }
    self.numbers = numbers
    self.mutantCounts = mutantCounts
    self.continuations = sampled
    self.texts = sampled.map { texts.text(of: $0.tokens) }
    isWhole = numbers.count == told[told.count - 1]
  }

  /// So many of the first `count` numbers, or all, ascending.
  static func draw(_ limit: Int, of count: Int, seed: UInt64) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var random = RandomStream(seed: seed, stream: .continuations, index: 0)
    var chosen: Set<Int> = []
    for upper in count - limit..<count {
      let candidate = random.below(upper + 1)
      chosen.insert(chosen.contains(candidate) ? upper : candidate)
    }
    return chosen.sorted()
  }

  /// The words that the sample shows the screen to use.
  func known(_ texts: ScreenTexts) -> KnownWords {
    var known = KnownWords()
    for (index, input) in texts.inputs.enumerated() {
      known.learn(input.prompt)
      known.learn(texts.baseline(input: index))
    }
    for text in self.texts { known.count(text) }
    return known
  }
}

extension StreamName {
  fileprivate static let continuations: StreamName = "text"
}

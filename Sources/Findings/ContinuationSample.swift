import LinearAlgebra

/// A seeded sample of the distinct continuations of a screen, and the words that it shows the screen to use.
struct ContinuationSample {
  /// Ascending numbers of continuations.
  let numbers: [Int]
  let texts: [String]
  let known: KnownWords

  /// All continuations, or `limit` of them by Floyd's algorithm (Bentley and Floyd 1987).
  init(_ continuations: Continuations, texts: ScreenTexts, limit: Int, seed: UInt64) {
    let count = continuations.count
    if count <= limit {
      numbers = Array(0..<count)
    } else {
      var random = RandomNumbers(seed: seed, stream: 0x7465_7874, index: 0)
      var chosen: Set<Int> = []
      for upper in count - limit..<count {
        let candidate = random.below(upper + 1)
        chosen.insert(chosen.contains(candidate) ? upper : candidate)
      }
      numbers = chosen.sorted()
    }
    self.texts = numbers.map { texts.text(of: continuations.tokens(of: $0)) }
    var known = KnownWords()
    for (index, input) in texts.inputs.enumerated() {
      known.learn(input.prompt)
      known.learn(texts.baseline(input: index))
    }
    for text in self.texts { known.count(text) }
    self.known = known
  }
}

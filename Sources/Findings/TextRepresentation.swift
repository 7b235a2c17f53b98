/// How continuations become vectors whose angles say how alike they are.
public protocol TextRepresentation {
  associatedtype Rows: ClusterRows

  /// The vectors of those of some continuations that have one, and the places of these in `texts`.
  func vectors(of texts: [ContinuationText]) throws -> (rows: Rows, places: [Int])
}

/// A continuation: the input that it follows, and its tokens.
public struct ContinuationText: Sendable {
  public let input: Int
  public let tokens: ArraySlice<Int32>

  public init(input: Int, tokens: ArraySlice<Int32>) {
    self.input = input
    self.tokens = tokens
  }
}

/// Continuations by their word counts; those without a word that at least two texts of a sample have get no vector.
struct WordVectors: TextRepresentation {
  private let texts: ScreenTexts
  private let lexicon: Lexicon
  private let weights: TermWeights

  init(_ texts: ScreenTexts, _ words: SampleWords) {
    self.texts = texts
    lexicon = words.lexicon
    weights = TermWeights(words.counts, wordCount: words.lexicon.count)
  }

  func vectors(of texts: [ContinuationText]) -> (rows: SparseRows, places: [Int]) {
    var rows = SparseRows(dimension: weights.dimension)
    var places: [Int] = []
    var words = Words()
    for (place, text) in texts.enumerated() {
      words.read(self.texts.text(of: text.tokens))
      let entries = weights.entries(WordCounts(lexicon.numbers(of: words)))
      guard !entries.isEmpty else { continue }
      rows.append(entries)
      places.append(place)
    }
    return (rows, places)
  }
}

/// The words of the texts of a sample.
struct SampleWords {
  private(set) var lexicon = Lexicon()
  /// The numbers of each text's words in order.
  let numbers: [[Int32]]
  let counts: [WordCounts]

  init(_ texts: [String]) {
    var lexicon = Lexicon()
    numbers = texts.map { lexicon.learn(Words($0)) }
    self.lexicon = lexicon
    counts = numbers.map { WordCounts($0) }
  }
}

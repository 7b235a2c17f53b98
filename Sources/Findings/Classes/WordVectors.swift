import Geometry
import Texts

/// Vectors of those of some continuations that have one, whose angles say how alike the continuations are.
struct TextVectors {
  let rows: UnitRows
  /// For each row the place of its continuation among those that were asked for.
  let places: [Int]
}

/// Continuations by their word counts; those without a word that at least two texts of a sample have get no vector.
struct WordVectors {
  private let texts: ScreenTexts
  private let lexicon: Lexicon
  private let weights: TermWeights

  init(_ texts: ScreenTexts, _ words: SampleWords) {
    self.texts = texts
    lexicon = words.lexicon
    weights = TermWeights(words.counts, wordCount: words.lexicon.count)
  }

  func vectors(of texts: [ContinuationText]) -> TextVectors {
    var rows = UnitRows.sparse(dimension: weights.dimension)
    var places: [Int] = []
    var words = Words()
    for (place, text) in texts.enumerated() {
      words.read(self.texts.text(of: text.tokens))
      let entries = weights.entries(WordCounts(lexicon.numbers(of: words)))
      guard !entries.isEmpty else { continue }
      rows.append(entries)
      places.append(place)
    }
    return TextVectors(rows: rows, places: places)
  }
}

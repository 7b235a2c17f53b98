import Statistics
import Texts

/// What a class of texts is called after.
public struct ClassName: Sendable {
  /// A word and how distinctive it is, or how common.
  public struct Word: Equatable, Sendable {
    /// The word.
    public let word: String
    /// How distinctive the word is, or how common.
    public let value: Double
  }

  /// Words in each list at most.
  public static let wordLimit = 10
  /// Forms that at least this share of the verdicts has go into the name.
  public static let formShare = 0.5

  /// The words that set the class apart from the others, with z values above 1.96; see `DistinctiveWords`.
  public let distinctive: [Word]
  /// The commonest first words, with their shares of the texts that have words.
  public let first: [Word]
  /// The forms that most texts of the class have, such as verse.
  public let forms: [String]

  /// Forms and the three most distinctive words.
  public var text: String {
    let words = distinctive.prefix(3).map(\.word).joined(separator: " ")
    let parts = forms + (words.isEmpty ? [] : [words])
    return parts.isEmpty ? "no distinctive words" : parts.joined(separator: ", ")
  }

  /// `scores` are z values of the words of the lexicon, `firstWords` those that each text of the class begins with.
  init(scores: [Double], firstWords: [Int32], formShares: [Double], lexicon: Lexicon) {
    let top = scores.indices.filter { scores[$0] > Interval.normalQuantile }
      .sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    distinctive = top.prefix(ClassName.wordLimit).map { Word(word: lexicon[$0], value: scores[$0]) }
    let counts = WordCounts(firstWords)
    let common = counts.words.indices.sorted {
      (-counts.counts[$0], counts.words[$0]) < (-counts.counts[$1], counts.words[$1])
    }
    first = common.prefix(ClassName.wordLimit).map {
      Word(word: lexicon[Int(counts.words[$0])], value: Double(counts.counts[$0]) / Double(firstWords.count))
    }
    forms = zip(TextForm.named, formShares).filter { $0.1 >= ClassName.formShare }.map {
      $0.0.name.replacing("_", with: " ")
    }
  }
}

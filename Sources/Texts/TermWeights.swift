import Foundation

/// The weights that make vectors of word counts: 1 + ln(count) times ln((1 + texts) / (1 + texts with the word)) + 1,
/// of words that at least two texts have (Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval,
/// 6.4).
public struct TermWeights: Sendable {
  /// Place in the vectors of each word of a lexicon; −1 for words that one text has, or none.
  private var places: [Int32]
  /// The inverse document frequency of each term, by its place.
  private var rarities: [Double] = []

  /// Takes the word counts of all texts, and how many words the lexicon has.
  public init(_ texts: [WordCounts], wordCount: Int) {
    var frequencies = Array(repeating: 0, count: wordCount)
    for text in texts { for word in text.words { frequencies[Int(word)] += 1 } }
    places = Array(repeating: -1, count: wordCount)
    for (word, frequency) in frequencies.enumerated() where frequency >= 2 {
      places[word] = Int32(rarities.count)
      rarities.append(log(Double(1 + texts.count) / Double(1 + frequency)) + 1)
    }
  }

  /// How many entries a vector has.
  public var dimension: Int { rarities.count }

  /// The entries of a text's vector, not scaled; none if it has no words of the others.
  public func entries(_ text: WordCounts) -> [(place: Int32, value: Double)] {
    zip(text.words, text.counts).compactMap { word, count in
      guard word >= 0, places[Int(word)] >= 0 else { return nil }
      let place = places[Int(word)]
      return (place, (1 + log(Double(count))) * rarities[Int(place)])
    }
  }
}

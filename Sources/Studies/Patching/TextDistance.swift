import Foundation

/// How far texts are apart by their words: one less the cosine of counts that are weighted by how rare a word is among
/// some true texts (TF-IDF; Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, 6.2).
///
/// Words are runs of ASCII letters and digits in lower case; a word's weight is its count times
/// ln((1 + N) / (1 + df)) + 1, df of the N true texts having it.
package struct TextDistance {
  private let documentCount: Int
  private var frequencies: [String: Int] = [:]

  /// Takes the true texts, which say how rare words are.
  package init(_ texts: [String]) {
    documentCount = texts.count
    for text in texts { for word in Self.counts(text).keys { frequencies[word, default: 0] += 1 } }
  }

  /// The words of a text with their weights, ascending: in one order in every process, where a dictionary has another
  /// one in each.
  package struct Words: Sendable {
    fileprivate let entries: [(word: String, weight: Double)]
    /// The sum of the squared weights.
    fileprivate let squares: Double
  }

  /// The words of a text; of many pairs of texts each is to be weighted once.
  package func words(_ text: String) -> Words {
    let entries = Self.counts(text).sorted { $0.key < $1.key }.map { word, count in
      let rarity = log(Double(1 + documentCount) / Double(1 + (frequencies[word] ?? 0))) + 1
      return (word: word, weight: Double(count) * rarity)
    }
    return Words(entries: entries, squares: entries.map { $0.weight * $0.weight }.sorted().reduce(0, +))
  }

  /// The distance of two texts, from 0 to 1; 1 where one of them has no word.
  package func between(_ one: Words, _ other: Words) -> Double {
    let norm = (one.squares * other.squares).squareRoot()
    guard norm > 0 else { return 1 }
    var (product, place) = (0.0, 0)
    for (word, weight) in one.entries {
      while place < other.entries.count, other.entries[place].word < word { place += 1 }
      guard place < other.entries.count else { break }
      if other.entries[place].word == word { product += weight * other.entries[place].weight }
    }
    return 1 - product / norm
  }

  /// The distance of two texts.
  package func between(_ one: String, _ other: String) -> Double { between(words(one), words(other)) }

  /// How often each word is in a text.
  static func counts(_ text: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    let runs = text.lowercased().utf8.split { byte in
      !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    for run in runs { counts[String(decoding: run, as: UTF8.self), default: 0] += 1 }
    return counts
  }
}

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

  /// The distance of two texts, from 0 to 1; 1 where one of them has no word.
  package func between(_ one: String, _ other: String) -> Double {
    let (left, right) = (weights(one), weights(other))
    // In one order in every process: a dictionary has another one in each.
    let product = left.keys.sorted().reduce(0) { $0 + (left[$1] ?? 0) * (right[$1] ?? 0) }
    let norm = (squares(left) * squares(right)).squareRoot()
    return norm > 0 ? 1 - product / norm : 1
  }

  private func squares(_ weights: [String: Double]) -> Double {
    weights.values.map { $0 * $0 }.sorted().reduce(0, +)
  }

  private func weights(_ text: String) -> [String: Double] {
    var weights: [String: Double] = [:]
    for (word, count) in Self.counts(text) {
      let rarity = log(Double(1 + documentCount) / Double(1 + (frequencies[word] ?? 0))) + 1
      weights[word] = Double(count) * rarity
    }
    return weights
  }

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

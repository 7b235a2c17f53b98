import Foundation

/// The runs of up to four tokens of some texts, with their counts in each: what distinct-n and self-BLEU are made of.
public struct GramCounts: Sendable {
  /// The length of the longest runs.
  public static let longest = 4

  /// A run of tokens by its number, and how often a text has it.
  private struct Entry {
    let gram: Int
    let count: Int
  }

  /// The runs of each text by their length less one, in the order of their numbers, `[text][length − 1]`.
  private var entries: [[[Entry]]] = []
  private let lengths: [Int]
  /// How many different runs there are.
  private var gramCount = 0

  /// Counts the runs of texts.
  public init(_ texts: [[Int32]]) {
    struct Key: Hashable {
      let prefix: Int
      let token: Int32
    }
    lengths = texts.map(\.count)
    // A run is known by that of all tokens but its last one, and that token.
    var numbers: [Key: Int] = [:]
    for text in texts {
      var prefixes = [Int](repeating: -1, count: text.count)
      entries.append(
        (1...Self.longest).map { length in
          var counts: [Int: Int] = [:]
          for start in text.indices.dropLast(length - 1) {
            let next = numbers.count
            let gram = numbers[Key(prefix: prefixes[start], token: text[start + length - 1]), default: next]
            if gram == next { numbers[Key(prefix: prefixes[start], token: text[start + length - 1])] = next }
            prefixes[start] = gram
            counts[gram, default: 0] += 1
          }
          return counts.sorted { $0.key < $1.key }.map { Entry(gram: $0.key, count: $0.value) }
        })
    }
    gramCount = numbers.count
  }

  /// Different runs of a length over all runs of that length, of some texts together (Li and others 2016, A
  /// Diversity-Promoting Objective Function); not a number where there are none.
  public func distinct(_ length: Int, of texts: some Sequence<Int>) -> Double {
    var (seen, total) = (Set<Int>(), 0)
    for text in texts {
      for entry in entries[text][length - 1] {
        seen.insert(entry.gram)
        total += entry.count
      }
    }
    return Double(seen.count) / Double(total)
  }

  // MARK: BLEU

  /// The greatest count of a run in some texts, in how many of them it has that count, and the greatest of the rest.
  private struct Most {
    var first = 0
    var holders = 0
    var second = 0

    mutating func note(_ count: Int) {
      if count > first {
        (first, holders, second) = (count, 1, first)
      } else if count == first {
        holders += 1
      } else if count > second {
        second = count
      }
    }

    /// The greatest count in the texts but one that has `own`.
    func besides(_ own: Int) -> Int { own == first && holders == 1 ? second : first }
  }

  /// BLEU of each of some texts against all others of them: self-BLEU is the mean (Papineni and others 2002; Zhu and
  /// others 2018, Texygen). `texts` are at least two different ones.
  ///
  /// Counts are clipped to the greatest count in one of the others. Precisions of runs of more than one token have one
  /// added to hits and counts; all four enter with equal weights, and a text is punished for being shorter than the
  /// other text of the nearest length, of two the shorter one. The time goes with the number of tokens of all texts.
  public func selfBLEU(of texts: [Int]) -> [Double] {
    precondition(texts.count > 1, "a text and others")
    var most = [Most](repeating: Most(), count: gramCount)
    for text in texts {
      for entry in entries[text].joined() { most[entry.gram].note(entry.count) }
    }
    var sizes: [Int: Int] = [:]
    for text in texts { sizes[lengths[text], default: 0] += 1 }
    return texts.map { text in
      let precision = logPrecision(text, most)
      let others = sizes.lazy.filter { $0.value > ($0.key == lengths[text] ? 1 : 0) }.map(\.key)
      let nearest = others.min { one, other in
        (abs(one - lengths[text]), one) < (abs(other - lengths[text]), other)
      }
      return exp(precision + min(0, 1 - Double(nearest ?? 0) / Double(max(1, lengths[text]))))
    }
  }

  /// The logarithm of the geometric mean of a text's precisions.
  private func logPrecision(_ text: Int, _ most: [Most]) -> Double {
    (1...Self.longest).reduce(0) { sum, length in
      let extra = length > 1 ? 1 : 0
      var (hits, count) = (extra, extra)
      for entry in entries[text][length - 1] {
        hits += min(entry.count, most[entry.gram].besides(entry.count))
        count += entry.count
      }
      return sum + (hits > 0 ? log(Double(hits) / Double(count)) : -.infinity) / Double(Self.longest)
    }
  }
}

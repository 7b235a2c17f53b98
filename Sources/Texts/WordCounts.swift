/// How often each word is in a text.
public struct WordCounts: Sendable {
  /// The numbers of the words, ascending.
  public let words: [Int32]
  /// How often each of them is in the text.
  public let counts: [Int32]
  /// Sum of the squares of the counts.
  private let squares: Int

  /// Takes the numbers of a text's words, in any order.
  public init(_ numbers: [Int32]) {
    var words: [Int32] = []
    var counts: [Int32] = []
    for number in numbers.sorted() {
      if words.last == number {
        counts[counts.count - 1] += 1
      } else {
        words.append(number)
        counts.append(1)
      }
    }
    self.words = words
    self.counts = counts
    squares = counts.reduce(0) { $0 + Int($1) * Int($1) }
  }

  /// The cosine of the angle between two texts' word counts, 1 if neither has words, 0 if only one has.
  ///
  /// Made from whole numbers up to one division and one root, so that equal angles give equal numbers whatever the
  /// texts.
  public static func cosine(_ left: WordCounts, _ right: WordCounts) -> Double {
    guard left.squares > 0, right.squares > 0 else { return left.squares == right.squares ? 1 : 0 }
    var (place, other, sum) = (0, 0, 0)
    while place < left.words.count, other < right.words.count {
      if left.words[place] == right.words[other] {
        sum += Int(left.counts[place]) * Int(right.counts[other])
        place += 1
        other += 1
      } else if left.words[place] < right.words[other] {
        place += 1
      } else {
        other += 1
      }
    }
    return (Double(sum) * Double(sum) / (Double(left.squares) * Double(right.squares))).squareRoot()
  }

  /// The cosine of the word counts of two texts.
  public static func cosine(of first: String, and second: String) -> Double {
    var lexicon = Lexicon()
    let left = WordCounts(lexicon.learn(Words(first)))
    return cosine(left, WordCounts(lexicon.learn(Words(second))))
  }
}

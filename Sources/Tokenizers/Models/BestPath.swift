/// The parts of a text whose scores have the greatest sum, found from the left (Viterbi).
struct BestPath {
  /// A part of the text, and its token.
  struct Part {
    let range: Range<Int>
    let token: Int32
  }

  private let start: Int
  private var scores: [Double]
  private var begins: [Int]
  private var tokens: [Int32]

  /// Begins with no parts of `text`.
  init(_ text: ArraySlice<UInt8>) {
    start = text.startIndex
    scores = Array(repeating: 0, count: text.count + 1)
    begins = Array(repeating: -1, count: text.count + 1)
    tokens = Array(repeating: 0, count: text.count + 1)
  }

  /// The greatest sum up to `end`.
  func score(at end: Int) -> Double { scores[end - start] }

  /// Offers a part with the sum up to its end; of equal sums the one offered first stays.
  mutating func offer(_ part: Part, sum: Double) {
    let end = part.range.upperBound - start
    guard begins[end] < 0 || sum > scores[end] else { return }
    scores[end] = sum
    begins[end] = part.range.lowerBound
    tokens[end] = part.token
  }

  /// The parts from the beginning up to the end of the text.
  var parts: [Part] {
    var parts: [Part] = []
    var end = scores.count - 1
    while end > 0, begins[end] >= 0 {
      parts.append(Part(range: begins[end]..<end + start, token: tokens[end]))
      end = begins[end] - start
    }
    return parts.reversed()
  }
}

/// The fewest insertions, deletions and substitutions of tokens that make one text of another (Levenshtein 1966).
///
/// Computed 64 tokens of the pattern at a time by bits (Myers 1999, J. ACM 46, 395–415; in blocks: Hyyrö 2003, Nord. J.
/// Comput. 10, 29–39), exactly.
public struct EditDistance: Sendable {
  private let count: Int
  /// The distinct tokens of the pattern, ascending.
  private let tokens: [Int32]
  private let blockCount: Int
  /// Where in the pattern each token is, `[token, block]`, and at the end a row of nothing for tokens that are not in
  /// it.
  private let places: [UInt64]

  /// Prepares the pattern from which distances will be taken.
  public init(from pattern: ArraySlice<Int32>) {
    count = pattern.count
    let tokens = Set(pattern).sorted()
    let blockCount = (pattern.count + 63) / 64
    var places = Array(repeating: UInt64(0), count: (tokens.count + 1) * blockCount)
    for (position, token) in pattern.enumerated() {
      let row = EditDistance.row(of: token, in: tokens)
      places[row * blockCount + position / 64] |= 1 << UInt64(position % 64)
    }
    self.tokens = tokens
    self.blockCount = blockCount
    self.places = places
  }

  /// Prepares the pattern from which distances will be taken.
  public init(from pattern: [Int32]) { self.init(from: pattern[...]) }

  /// The distance of a text; time: the length of the text times a 64th of that of the pattern.
  public func distance(to text: [Int32]) -> Int { distance(to: text[...]) }

  /// The distance of a text; time: the length of the text times a 64th of that of the pattern.
  public func distance(to text: ArraySlice<Int32>) -> Int {
    guard count > 0 else { return text.count }
    // Where the distance grows, and where it falls, from one row of the table to the next.
    var grows = Array(repeating: UInt64.max, count: blockCount)
    var falls = Array(repeating: UInt64(0), count: blockCount)
    let last = UInt64(1) << UInt64((count - 1) % 64)
    var distance = count
    for token in text {
      let row = EditDistance.row(of: token, in: tokens) * blockCount
      // What the column above hands down: at the top, the distance grows by one with every token.
      var carry = 1
      for block in 0..<blockCount {
        let top = block == blockCount - 1 ? last : 1 << 63
        carry = EditDistance.advance(&grows[block], &falls[block], equal: places[row + block], carry: carry, top: top)
      }
      distance += carry
    }
    return distance
  }

  /// One column of one block; returns the step at its `top` bit: −1, 0 or 1.
  private static func advance(
    _ grows: inout UInt64, _ falls: inout UInt64, equal: UInt64, carry: Int, top: UInt64
  ) -> Int {
    let vertical = equal | falls
    let equal = carry < 0 ? equal | 1 : equal
    let horizontal = (((equal & grows) &+ grows) ^ grows) | equal
    var rises = falls | ~(horizontal | grows)
    var sinks = grows & horizontal
    let step = (rises & top != 0 ? 1 : 0) - (sinks & top != 0 ? 1 : 0)
    rises = rises << 1 | (carry > 0 ? 1 : 0)
    sinks = sinks << 1 | (carry < 0 ? 1 : 0)
    grows = sinks | ~(vertical | rises)
    falls = rises & vertical
    return step
  }

  /// Place of a token among ascending `tokens`, their count if it is not there.
  private static func row(of token: Int32, in tokens: [Int32]) -> Int {
    var (low, high) = (0, tokens.count)
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < tokens.count && tokens[low] == token ? low : tokens.count
  }
}

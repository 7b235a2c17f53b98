import Basics

/// What becomes of the places where a text is cut: `behavior` of a pre-tokenizer.
enum SplitBehavior: String, Sendable {
  /// Every match is a word.
  case isolated = "Isolated"
  /// Matches are dropped.
  case removed = "Removed"
  /// A match goes to the word before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// A match goes to the word behind it.
  case mergedWithNext = "MergedWithNext"
  /// Neighbouring matches are one word.
  case contiguous = "Contiguous"

  /// Reads the member `behavior`.
  init(_ node: JSONNode, default behavior: SplitBehavior? = nil) throws {
    if let behavior, try node.member("behavior") == nil {
      self = behavior
      return
    }
    let name = try node.text("behavior")
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw node.refusal(
        "has the behavior \(name.quoted); Isolated, Removed, MergedWithPrevious, MergedWithNext and Contiguous are "
          + "supported")
    }
    self = behavior
  }

  /// A part of a text that a pattern matched, or what is between two of them.
  struct Piece {
    var range: Range<Int>
    let isMatch: Bool
  }

  /// Returns the words of a text that `pieces` cover from end to end; empty ones are left out.
  func words(of pieces: [Piece]) -> [Range<Int>] {
    let words: [Range<Int>]
    switch self {
    case .isolated: words = pieces.map(\.range)
    case .removed: words = pieces.filter { !$0.isMatch }.map(\.range)
    case .mergedWithPrevious:
      words = merged(pieces) {
        $0.isMatch && !$1
      } join: {
        $0.lowerBound..<$1.upperBound
      }
    case .contiguous:
      words = merged(pieces) {
        $0.isMatch == $1
      } join: {
        $0.lowerBound..<$1.upperBound
      }
    case .mergedWithNext:
      words = merged(pieces.reversed()) {
        $0.isMatch && !$1
      } join: {
        $1.lowerBound..<$0.upperBound
      }.reversed()
    }
    return words.filter { !$0.isEmpty }
  }

  /// Joins a piece to the word before it where `joins` says so of the piece and of whether the piece before is a match.
  private func merged(
    _ pieces: [Piece], joins: (Piece, Bool) -> Bool, join: (Range<Int>, Range<Int>) -> Range<Int>
  ) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var wasMatch = false
    for piece in pieces {
      if joins(piece, wasMatch), let last = words.popLast() {
        words.append(join(last, piece.range))
      } else {
        words.append(piece.range)
      }
      wasMatch = piece.isMatch
    }
    return words
  }
}

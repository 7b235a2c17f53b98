/// Finds added tokens in text: from the left, the longest first.
struct AddedTokenFinder: Sendable {
  /// A part of a text.
  enum Segment {
    case token(Int32)
    /// Text without added tokens, never empty.
    case text(Range<Int>)
  }

  private let tokens: [AddedToken]
  private let ids: [Int32]
  /// The indices of the tokens by their spellings.
  private var trie = ByteTrie()

  /// Makes a finder for the `spellings` of `tokens` with these identifiers; of two equal spellings the first counts.
  init(_ tokens: [AddedToken], ids: [Int32], spellings: [[UInt8]]) {
    self.tokens = tokens
    self.ids = ids
    for (index, spelling) in spellings.enumerated() { trie.insert(spelling, Int32(index)) }
  }

  // MARK: Finding

  /// Returns the added tokens of `text` and what is between them, in order.
  func segments(of text: [UInt8]) -> [Segment] {
    var segments: [Segment] = []
    var position = 0
    var done = 0
    while position < text.count {
      guard let (end, index) = trie.longestMatch(in: text[...], at: position) else {
        position += 1
        continue
      }
      let found = position..<end
      position = end
      let token = tokens[Int(index)]
      if token.isSingleWord, touchesWord(text, found) { continue }
      let start = token.stripsLeft ? max(spaceStart(text, before: found.lowerBound), done) : found.lowerBound
      if done < start { segments.append(.text(done..<start)) }
      segments.append(.token(ids[Int(index)]))
      done = token.stripsRight ? spaceEnd(text, from: end) : end
    }
    if done < text.count { segments.append(.text(done..<text.count)) }
    return segments
  }

  // MARK: Around a match

  private func touchesWord(_ text: [UInt8], _ found: Range<Int>) -> Bool {
    let neighbours = [text.scalar(before: found.lowerBound), text.scalar(at: found.upperBound)]
    return neighbours.contains { $0?.isWordPart ?? false }
  }

  private func spaceStart(_ text: [UInt8], before index: Int) -> Int {
    var start = index
    while let scalar = text.scalar(before: start), scalar.isWhiteSpace { start -= UTF8.width(scalar) }
    return start
  }

  private func spaceEnd(_ text: [UInt8], from index: Int) -> Int {
    var end = index
    while let scalar = text.scalar(at: end), scalar.isWhiteSpace { end += UTF8.width(scalar) }
    return end
  }
}

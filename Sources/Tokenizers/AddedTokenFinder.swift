/// Finds added tokens in text: from the left, the longest first.
struct AddedTokenFinder: Sendable {
  /// A part of a text.
  enum Segment {
    case token(Int32)
    /// Text without added tokens, never empty.
    case text(Range<Int>)
  }

  private let tokens: [AddedToken]
  /// A trie: from node × 256 + byte to node. Node 0 is the root.
  private var edges: [Int: Int] = [:]
  /// The index of the token that ends at each node, or -1.
  private var ends: [Int] = [-1]
  private var isFirst = [Bool](repeating: false, count: 256)

  /// Makes a finder for the `spellings` of `tokens`; of two equal spellings the first counts.
  init(_ tokens: [AddedToken], spellings: [[UInt8]]) {
    self.tokens = tokens
    for (index, spelling) in spellings.enumerated() {
      guard let first = spelling.first else { continue }
      isFirst[Int(first)] = true
      var node = 0
      for byte in spelling { node = child(of: node, byte) }
      if ends[node] < 0 { ends[node] = index }
    }
  }

  private mutating func child(of node: Int, _ byte: UInt8) -> Int {
    let key = node << 8 | Int(byte)
    if let child = edges[key] { return child }
    edges[key] = ends.count
    ends.append(-1)
    return ends.count - 1
  }

  // MARK: Finding

  /// Returns the added tokens of `text` and what is between them, in order.
  func segments(of text: [UInt8]) -> [Segment] {
    var segments: [Segment] = []
    var position = 0
    var done = 0
    while position < text.count {
      guard let (index, end) = longestMatch(in: text, at: position) else {
        position += 1
        continue
      }
      let found = position..<end
      position = end
      let token = tokens[index]
      if token.isSingleWord, touchesWord(text, found) { continue }
      let start = token.stripsLeft ? max(spaceStart(text, before: found.lowerBound), done) : found.lowerBound
      if done < start { segments.append(.text(done..<start)) }
      segments.append(.token(token.id))
      done = token.stripsRight ? spaceEnd(text, from: end) : end
    }
    if done < text.count { segments.append(.text(done..<text.count)) }
    return segments
  }

  private func longestMatch(in text: [UInt8], at start: Int) -> (index: Int, end: Int)? {
    guard isFirst[Int(text[start])] else { return nil }
    var node = 0
    var match: (index: Int, end: Int)?
    for position in start..<text.count {
      guard let child = edges[node << 8 | Int(text[position])] else { break }
      node = child
      if ends[node] >= 0 { match = (ends[node], position + 1) }
    }
    return match
  }

  // MARK: Around a match

  private func touchesWord(_ text: [UInt8], _ found: Range<Int>) -> Bool {
    let neighbours = [text.scalar(before: found.lowerBound), text.scalar(at: found.upperBound)]
    return neighbours.contains { $0.map(isWordScalar) ?? false }
  }

  /// `\w` as Unicode Technical Standard 18 has it.
  private func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return scalar.properties.isAlphabetic || scalar.properties.isJoinControl
    }
  }

  private func spaceStart(_ text: [UInt8], before index: Int) -> Int {
    var start = index
    while let scalar = text.scalar(before: start), scalar.properties.isWhitespace { start -= UTF8.width(scalar) }
    return start
  }

  private func spaceEnd(_ text: [UInt8], from index: Int) -> Int {
    var end = index
    while let scalar = text.scalar(at: end), scalar.properties.isWhitespace { end += UTF8.width(scalar) }
    return end
  }
}

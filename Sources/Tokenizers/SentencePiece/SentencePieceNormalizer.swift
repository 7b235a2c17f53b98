/// Prepares text for pieces as SentencePiece does.
struct SentencePieceNormalizer: Sendable {
  static let mark = Array("\u{2581}".utf8)
  private static let space = UInt8(ascii: " ")

  private let characterMap: CharacterMap?
  private let addsSpace: Bool
  private let removesExtraSpaces: Bool
  private let marksEnds: Bool
  private let spaceMark: [UInt8]
  /// Pieces that stay as they stand.
  private let userDefined: ByteTrie

  init(_ file: SentencePieceFile, userDefined: ByteTrie) {
    characterMap = file.characterMap
    addsSpace = file.addsSpace
    removesExtraSpaces = file.removesExtraSpaces
    marksEnds = file.marksEnds
    spaceMark = file.marksSpaces ? Self.mark : [Self.space]
    self.userDefined = userDefined
  }

  /// Returns the prepared text; `isPrefixed` says whether a space in front may be added.
  func apply(to text: ArraySlice<UInt8>, isPrefixed: Bool = true) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count + 3)
    // Spaces behind this are dropped, as those in front of the text are.
    var wasSpace = removesExtraSpaces
    var isBegun = false
    var position = text.startIndex
    while position < text.endIndex {
      let (replacement, end) = next(in: text, at: position)
      position = end
      let kept = wasSpace ? replacement.drop { $0 == Self.space } : replacement
      guard !kept.isEmpty else { continue }
      if !isBegun, addsSpace, isPrefixed, !marksEnds { result += spaceMark }
      isBegun = true
      for byte in kept { if byte == Self.space { result += spaceMark } else { result.append(byte) } }
      wasSpace = removesExtraSpaces && kept.last == Self.space
    }
    while removesExtraSpaces, result.count >= spaceMark.count, result.suffix(spaceMark.count).elementsEqual(spaceMark) {
      result.removeLast(spaceMark.count)
    }
    if marksEnds, addsSpace, isBegun { result += spaceMark }
    return result
  }

  /// What the characters at `position` become, and where the next ones are.
  private func next(in text: ArraySlice<UInt8>, at position: Int) -> (ArraySlice<UInt8>, Int) {
    if let (end, _) = userDefined.longestMatch(in: text, at: position) { return (text[position..<end], end) }
    if let match = characterMap?.matches(at: text[position...]).last { return (match.text, position + match.length) }
    let end = position + (text.scalar(at: position).map { UTF8.width($0) } ?? 1)
    return (text[position..<end], end)
  }
}

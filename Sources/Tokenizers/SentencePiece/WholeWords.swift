import StrictJSON

/// Pieces that are words with the marks of the spaces between them.
struct WholeWords: PieceModel {
  private let tokens: [ByteString: Int32]
  private let unknown: UnknownPieces

  init(_ file: SentencePieceFile) {
    tokens = file.ordinaryTokens
    unknown = UnknownPieces(file)
  }

  func append(_ text: ArraySlice<UInt8>, to tokens: inout [Int32]) {
    let marks = text.ranges(ofBytes: SentencePieceNormalizer.mark)
    let cuts = [text.startIndex] + marks.map(\.lowerBound) + [text.endIndex]
    var isKnown = true
    for (start, end) in zip(cuts, cuts.dropFirst()) where start < end {
      let token = self.tokens[ByteString(text[start..<end])]
      tokens += token.map { [$0] } ?? unknown.tokens(of: text[start..<end], isFirst: isKnown)
      isKnown = token != nil
    }
  }
}

import StrictJSON

/// Pieces made by joining neighbours, the best score first, the leftmost of equals.
struct MergedPieces: PieceModel {
  private let scalarTokens: ScalarTable
  private let userDefined: ByteTrie
  private let unknown: UnknownPieces
  private let merges: MergeTable

  init(_ file: SentencePieceFile, userDefined: ByteTrie, merges: Bool = true) {
    self.userDefined = userDefined
    unknown = UnknownPieces(file)
    scalarTokens = ScalarTable(file.ordinaryTokens)
    // Pieces that are found as they stand are joined to nothing.
    let normal = file.pieces.enumerated().filter { $1.type == .normal }
    self.merges =
      merges
      ? MergeTable(scored: normal.map { .init(piece: $1.text, score: $1.score, token: Int32($0)) }) : MergeTable()
  }

  func append(_ text: ArraySlice<UInt8>, to tokens: inout [Int32]) {
    var merger = BytePairMerger()
    var isKnown = true
    var position = text.startIndex
    while let scalar = text.scalar(at: position) {
      if let (end, token) = userDefined.longestMatch(in: text, at: position) {
        merger.append(token)
        isKnown = true
        position = end
        continue
      }
      let end = position + UTF8.width(scalar)
      if let token = scalarTokens[scalar] {
        merger.append(token)
        isKnown = true
      } else {
        for token in unknown.tokens(of: text[position..<end], isFirst: isKnown) { merger.append(token) }
        isKnown = false
      }
      position = end
    }
    merger.merge(by: merges, into: &tokens)
  }
}

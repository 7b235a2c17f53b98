/// Pieces whose scores have the greatest sum.
///
/// Sums are rounded to float32 as SentencePiece rounds them, so that ties fall the same way.
struct ScoredPieces: PieceModel {
  private static let penalty: Float = 10

  private let trie: ByteTrie
  private let pieces: [SentencePieceFile.Piece]
  private let unknownToken: Int32
  private let unknownScore: Float
  private let unknown: UnknownPieces

  init(_ file: SentencePieceFile) {
    pieces = file.pieces
    var trie = ByteTrie()
    for (spelling, token) in file.ordinaryTokens { trie.insert(spelling.bytes, token) }
    self.trie = trie
    unknown = UnknownPieces(file)
    unknownToken = Int32(file.pieces.firstIndex { $0.type == .unknown } ?? 0)
    unknownScore = (file.pieces.lazy.filter { $0.type == .normal }.map(\.score).min() ?? 0) - Self.penalty
  }

  func append(_ text: ArraySlice<UInt8>, to tokens: inout [Int32]) {
    var isKnown = true
    for part in bestParts(of: text) {
      if part.token == unknownToken {
        tokens += unknown.tokens(of: text[part.range], isFirst: isKnown)
        isKnown = false
      } else {
        tokens.append(part.token)
        isKnown = true
      }
    }
  }

  private func bestParts(of text: ArraySlice<UInt8>) -> [BestPath.Part] {
    var path = BestPath(text)
    var offset = text.startIndex
    while let scalar = text.scalar(at: offset) {
      let next = offset + UTF8.width(scalar)
      let before = Float(path.score(at: offset))
      var isKnown = false
      trie.forEachMatch(in: text, at: offset) { end, token in
        path.offer(.init(range: offset..<end, token: token), sum: Double(score(of: token) + before))
        if end == next { isKnown = true }
      }
      if !isKnown {
        path.offer(
          .init(range: offset..<next, token: unknownToken), sum: Double(unknownScore + before))
      }
      offset = next
    }
    return path.parts
  }

  /// A piece that is found as it stands is better than what could stand in its place.
  private func score(of token: Int32) -> Float {
    let piece = pieces[Int(token)]
    return piece.type == .userDefined ? -0.1 : piece.score
  }
}

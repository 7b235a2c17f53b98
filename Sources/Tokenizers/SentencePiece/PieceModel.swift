import StrictJSON

/// What makes pieces of prepared text.
protocol PieceModel: Sendable {
  /// Appends the tokens of a text, valid UTF-8, to `tokens`.
  func append(_ text: ArraySlice<UInt8>, to tokens: inout [Int32])
}

/// The tokens of what no piece stands for: one for a run of it, or those of its bytes.
struct UnknownPieces: Sendable {
  private let token: Int32
  private let byteTokens: [Int32?]
  private let fallsBack: Bool

  init(_ file: SentencePieceFile) {
    token = Int32(file.pieces.firstIndex { $0.type == .unknown } ?? 0)
    var byteTokens = [Int32?](repeating: nil, count: 256)
    for (id, piece) in file.pieces.enumerated() where piece.type == .byte {
      if let byte = ByteToken.byte(of: piece.text) { byteTokens[Int(byte)] = Int32(id) }
    }
    self.byteTokens = byteTokens
    fallsBack = file.fallsBackToBytes && !byteTokens.contains(nil)
  }

  /// Returns the tokens of an unknown character; `isFirst` says that the one before it is known.
  func tokens(of character: ArraySlice<UInt8>, isFirst: Bool) -> [Int32] {
    fallsBack ? character.compactMap { byteTokens[Int($0)] } : isFirst ? [token] : []
  }
}

extension SentencePieceFile {
  /// The token of the control piece with this text.
  func control(_ text: [UInt8]) -> Int32? {
    pieces.firstIndex { $0.type == .control && $0.text == text }.map { Int32($0) }
  }

  /// The pieces of ordinary text with their tokens; of equal ones the first counts.
  var ordinaryTokens: [ByteString: Int32] {
    var tokens: [ByteString: Int32] = [:]
    for (id, piece) in pieces.enumerated().reversed() where piece.type == .normal || piece.type == .userDefined {
      tokens[ByteString(piece.text)] = Int32(id)
    }
    return tokens
  }

  /// The model that the file asks for.
  func model(userDefined: ByteTrie) -> any PieceModel {
    switch algorithm {
    case .unigram: ScoredPieces(self)
    case .bytePair: MergedPieces(self, userDefined: userDefined)
    case .character: MergedPieces(self, userDefined: userDefined, merges: false)
    case .word: WholeWords(self)
    }
  }
}

import StrictJSON

/// The tokenizer of a llama2.c tokenizer.bin: a SentencePiece vocabulary with scores and without merges.
///
/// Encoding follows llama2.c: token 1, a space, the scalars of the text or their bytes, and then, as long as two
/// neighbours joined are a token, the pair with the best score, the leftmost of equals. Token 0 stands for text unknown
/// to a vocabulary without byte tokens, once for each run of unknown scalars, as SentencePiece has it.
struct Llama2CTokenizer: Tokenizer {
  private static let unknown: Int32 = 0
  private static let begin: Int32 = 1
  private static let end: Int32 = 2
  private static let firstByte: Int32 = 3
  /// llama2.c merges nothing with a score of this or less.
  private static let scoreFloor: Float = -1e10

  private let pieces: [[UInt8]]
  private let scalarTokens: ScalarTable
  private let hasByteTokens: Bool
  private let merges: MergeTable

  var vocabularyCount: Int { pieces.count }
  var beginToken: Int32? { Self.begin }

  /// Makes the tokenizer of at least three `entries`, in the order of their tokens.
  init(_ entries: [Llama2CVocabulary.Entry]) {
    pieces = entries.map { $0.piece }
    // Of equal pieces the first counts; llama2.c finds any of them.
    let ids = pieces.enumerated().map { (ByteString($1), Int32($0)) }
    scalarTokens = ScalarTable(Dictionary(ids, uniquingKeysWith: { first, _ in first }))
    let pieces = pieces
    hasByteTokens = (UInt8.min...UInt8.max).allSatisfy { byte in
      let index = Int(Self.firstByte) + Int(byte)
      return index < pieces.count && pieces[index].elementsEqual(ByteToken.spelling(of: byte).utf8)
    }
    // Pieces too bad to be merged may still be parts of others.
    merges = MergeTable(
      scored: entries.enumerated().map { .init(piece: $1.piece, score: $1.score, token: Int32($0)) },
      above: Self.scoreFloor)
  }

  // MARK: Tokenizer

  func encode(_ text: String) -> [Int32] {
    var tokens = [Self.begin]
    guard !text.isEmpty else { return tokens }
    var merger = BytePairMerger()
    var wasUnknown = false
    for scalar in " \(text)".unicodeScalars {
      let token = scalarTokens[scalar]
      if let token {
        merger.append(token)
      } else if hasByteTokens {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
          merger.append(Self.firstByte + Int32(byte))
        }
      } else if !wasUnknown {
        merger.append(Self.unknown)
      }
      wasUnknown = token == nil
    }
    merger.merge(by: merges, into: &tokens)
    return tokens
  }

  func decode(_ tokens: [Int32]) -> String {
    var bytes: [UInt8] = []
    var previous: Int32?
    for token in tokens where pieces.indices.contains(Int(token)) {
      let added = self.bytes(of: token)
      let isDropped = previous == Self.begin && pieces[Int(token)].first == UInt8(ascii: " ")
      bytes += added.dropFirst(isDropped ? 1 : 0)
      previous = token
    }
    return bytes.text
  }

  func bytes(of token: Int32) -> [UInt8] {
    guard pieces.indices.contains(Int(token)), token != Self.begin, token != Self.end else { return [] }
    let piece = pieces[Int(token)]
    return ByteToken.byte(of: piece).map { [$0] } ?? piece
  }

  func token(_ id: Int32) -> String? {
    pieces.indices.contains(Int(id)) ? pieces[Int(id)].text : nil
  }
}

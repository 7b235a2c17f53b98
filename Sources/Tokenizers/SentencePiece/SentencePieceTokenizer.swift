import StrictJSON

/// The tokenizer of a SentencePiece model.
///
/// What stands around a text: beside a tokenizer_config.json or a config.json the flags `add_bos_token` and
/// `add_eos_token` decide, as in transformers 5, and marks such as `<s>` are found in texts; a model by itself puts its
/// begin token in front, as llama2.c does, and finds no marks.
struct SentencePieceTokenizer: Tokenizer {
  private let vocabulary: Vocabulary
  private let types: [SentencePieceFile.PieceType]
  private let unknownSurface: [UInt8]
  private let dropsSpace: Bool
  private let removesExtraSpaces: Bool
  private let normalizer: SentencePieceNormalizer
  private let model: any PieceModel
  private let finder: AddedTokenFinder
  private let specialTokens: Set<Int32>
  /// Whether text behind a mark is taken for the beginning of a text, with a space in front.
  private let prefixesEveryPart: Bool
  private let around: PostProcessor

  var vocabularyCount: Int { vocabulary.count }
  var beginToken: Int32? { around.prefix.first }

  /// Makes the tokenizer of `file`; `settings` are those of a folder of transformers, nil for a model by itself.
  init(_ file: SentencePieceFile, settings: TokenizerSettings?) throws {
    var vocabulary = Vocabulary(file.pieces.map(\.text))
    types = file.pieces.map(\.type)
    unknownSurface = file.unknownSurface
    dropsSpace = file.addsSpace || file.removesExtraSpaces
    removesExtraSpaces = file.removesExtraSpaces
    var userDefined = ByteTrie()
    for (id, piece) in file.pieces.enumerated() where piece.type == .userDefined {
      userDefined.insert(piece.text, Int32(id))
    }
    normalizer = SentencePieceNormalizer(file, userDefined: userDefined)
    model = file.model(userDefined: userDefined)

    var added = AddedTokens()
    if let settings {
      for piece in file.pieces where piece.type == .control {
        try added.add(AddedToken(piece.text.text, isSpecial: true), to: &vocabulary, settings)
      }
      try added.add(settings, to: &vocabulary)
      around = try PostProcessor(settings, vocabulary, file)
    } else {
      around = PostProcessor(prefix: file.control(file.beginText).map { [$0] } ?? [], suffix: [])
    }
    finder = try added.finder(ofNormalized: false)
    specialTokens = added.specialIDs
    prefixesEveryPart = try settings?.prefixesEveryPart() ?? true
    self.vocabulary = vocabulary
  }

  // MARK: Tokenizer

  func encode(_ text: String) -> [Int32] {
    var tokens = around.prefix
    let bytes = Array(text.utf8)
    for segment in finder.segments(of: bytes) {
      switch segment {
      case .token(let id): tokens.append(id)
      case .text(let range):
        let isPrefixed = prefixesEveryPart || range.lowerBound == 0
        model.append(normalizer.apply(to: bytes[range], isPrefixed: isPrefixed)[...], to: &tokens)
      }
    }
    return tokens + around.suffix
  }

  func decode(_ tokens: [Int32]) -> String {
    var result: [UInt8] = []
    var hasDropped = false
    for token in tokens {
      var piece = spelling(of: token)
      if result.isEmpty, !hasDropped, dropsSpace, piece != unknownSurface {
        let kept = withoutMark(piece)
        hasDropped = kept.count < piece.count && !removesExtraSpaces
        piece = kept
      }
      result += shown(piece, token)
    }
    return result.text
  }

  func bytes(of token: Int32) -> [UInt8] { shown(spelling(of: token), token) }

  func token(_ id: Int32) -> String? { vocabulary.token(id) }

  // MARK: Decoding

  /// What decoding begins with: nothing for marks and outside the vocabulary.
  private func spelling(of token: Int32) -> [UInt8] {
    guard let text = vocabulary.token(token), !specialTokens.contains(token) else { return [] }
    guard types.indices.contains(Int(token)) else { return Array(text.utf8) }
    switch types[Int(token)] {
    case .control: return []
    case .unknown: return unknownSurface
    default: return Array(text.utf8)
    }
  }

  private func shown(_ piece: [UInt8], _ token: Int32) -> [UInt8] {
    guard types.indices.contains(Int(token)) else { return piece }
    if types[Int(token)] == .byte, let byte = ByteToken.byte(of: piece) { return [byte] }
    return piece.replacing(SentencePieceNormalizer.mark, with: [UInt8(ascii: " ")])
  }

  /// The piece without the mark of the space in front; SentencePiece looks there also where marks are behind words.
  private func withoutMark(_ piece: [UInt8]) -> [UInt8] {
    piece.starts(with: SentencePieceNormalizer.mark)
      ? Array(piece.dropFirst(SentencePieceNormalizer.mark.count)) : piece
  }
}

extension PostProcessor {
  /// Reads `add_bos_token` and `add_eos_token`; tokens that have no name there are the model's own.
  fileprivate init(_ settings: TokenizerSettings, _ vocabulary: Vocabulary, _ file: SentencePieceFile) throws {
    func tokens(_ flag: String, _ name: String, _ own: [UInt8]) throws -> [Int32] {
      guard try settings.flag(flag) else { return [] }
      let id = try settings.content(of: name).map { vocabulary.id($0) } ?? file.control(own)
      return id.map { [$0] } ?? []
    }
    self.init(
      prefix: try tokens("add_bos_token", "bos_token", file.beginText),
      suffix: try tokens("add_eos_token", "eos_token", file.endText))
  }
}

extension TokenizerSettings {
  /// Whether every part of a text between marks gets a space in front: `legacy`, which Llama's own class has off.
  fileprivate func prefixesEveryPart() throws -> Bool {
    let isLlama = ["LlamaTokenizer", "LlamaTokenizerFast"].contains(try content(of: "tokenizer_class"))
    return try flag("legacy", default: !isLlama)
  }
}

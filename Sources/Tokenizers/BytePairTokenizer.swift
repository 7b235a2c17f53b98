import StrictJSON

/// The tokenizer of a tokenizer.json with a byte-pair model, agreeing with Hugging Face tokenizers token by token.
///
/// The settings `truncation` and `padding` of the file are ignored: they belong to training and to batches, and the
/// libraries that use such files reset them before they encode a text. Identifiers of added tokens are those of the
/// file; unlike some versions of that library, decoding skips special tokens that are found in normalized text.
struct BytePairTokenizer: Tokenizer {
  private let vocabulary: Vocabulary
  private let specialTokens: Set<Int32>
  /// What decoding takes for added tokens that were found in normalized text, so that it undoes the normalization.
  private let normalizedSpellings: [Int32: String]
  private let rawTokens: AddedTokenFinder
  private let normalizedTokens: AddedTokenFinder
  private let normalizer: Normalizer
  private let preTokenizer: PreTokenizer
  private let model: BytePairModel
  private let postProcessor: PostProcessor
  private let decoder: TokenDecoder

  var vocabularyCount: Int { vocabulary.count }
  var beginToken: Int32? { postProcessor.prefix.first }

  /// Reads a tokenizer.json.
  ///
  /// `configuration` returns the tokenizer_config.json beside it; it is asked only when the document itself says
  /// nothing about special tokens around a text.
  init(_ document: JSONNode, configuration: () throws -> JSONNode?) throws {
    let modelNode = try document.required("model")
    // Files older than the member `type` are told by their merges.
    let isUntyped = try modelNode.member("type") == nil && modelNode.member("merges") != nil
    guard try isUntyped || modelNode.type() == "BPE" else { throw modelNode.unsupportedType("BPE is") }

    let modelVocabulary = try Vocabulary(modelNode.required("vocab"))
    normalizer = try Normalizer(document.member("normalizer"))
    preTokenizer = try PreTokenizer(document.member("pre_tokenizer"))
    model = try BytePairModel(modelNode, vocabulary: modelVocabulary, isByteLevel: preTokenizer.isByteLevel)
    decoder = try TokenDecoder(document.member("decoder"))

    var vocabulary = modelVocabulary
    let added = try Self.addedTokens(document, &vocabulary)
    let normalizer = normalizer
    rawTokens = Self.finder(added.filter { !$0.isNormalized }) { $0 }
    normalizedTokens = Self.finder(added.filter { $0.isNormalized }) { normalizer.normalize($0) }
    normalizedSpellings = added.filter { $0.isNormalized }.reduce(into: [:]) {
      $0[$1.id] = normalizer.normalize(Array($1.content.utf8)).text
    }
    specialTokens = Set(added.filter { $0.isSpecial }.map { $0.id })
    if let node = try document.member("post_processor") {
      postProcessor = try PostProcessor(node, vocabulary: vocabulary)
    } else {
      postProcessor = try Self.postProcessor(configuration(), vocabulary)
    }
    self.vocabulary = vocabulary
  }

  // MARK: Tokenizer

  func encode(_ text: String) -> [Int32] {
    var tokens = postProcessor.prefix
    var merger = BytePairMerger()
    let bytes = Array(text.utf8)
    for segment in rawTokens.segments(of: bytes) {
      switch segment {
      case .token(let id): tokens.append(id)
      case .text(let range):
        encode(normalizer.normalize(Array(bytes[range])), isStart: range.lowerBound == 0, &merger, &tokens)
      }
    }
    return tokens + postProcessor.suffix
  }

  func decode(_ tokens: [Int32]) -> String { decoder.decode(tokens.compactMap(decodedSpelling)) }

  func bytes(of token: Int32) -> [UInt8] { decodedSpelling(of: token).map { decoder.bytes(of: $0) } ?? [] }

  func token(_ id: Int32) -> String? { vocabulary.token(id) }

  /// The spelling that decoding begins with, nil where it skips the token.
  private func decodedSpelling(of token: Int32) -> String? {
    specialTokens.contains(token) ? nil : normalizedSpellings[token] ?? vocabulary.token(token)
  }

  /// Appends the tokens of normalized text.
  private func encode(
    _ text: [UInt8], isStart: Bool, _ merger: inout BytePairMerger, _ tokens: inout [Int32]
  ) {
    for segment in normalizedTokens.segments(of: text) {
      switch segment {
      case .token(let id): tokens.append(id)
      case .text(let range):
        let isStart = isStart && range.lowerBound == 0
        for word in preTokenizer.words(of: Array(text[range]), isStart: isStart) {
          model.encode(word, with: &merger, into: &tokens)
        }
      }
    }
  }

  // MARK: Reading

  /// Reads the added tokens, adds them to the vocabulary and returns them, special ones first.
  private static func addedTokens(_ document: JSONNode, _ vocabulary: inout Vocabulary) throws -> [AddedToken] {
    var tokens: [AddedToken] = []
    var contents: Set<ByteString> = []
    for node in try document.list("added_tokens") {
      let token = try AddedToken(node)
      guard contents.insert(ByteString(token.content)).inserted else {
        throw node.refusal("adds \(quoted(token.content)) a second time; remove one of the two")
      }
      try vocabulary.add(token, at: node)
      tokens.append(token)
    }
    return tokens.filter { $0.isSpecial } + tokens.filter { !$0.isSpecial }
  }

  private static func finder(_ tokens: [AddedToken], spelling: ([UInt8]) -> [UInt8]) -> AddedTokenFinder {
    AddedTokenFinder(tokens, spellings: tokens.map { spelling(Array($0.content.utf8)) })
  }

  /// Decides about special tokens where the document has no `post_processor`.
  ///
  /// With a post-processor the document alone decides, as in Hugging Face tokenizers. Without one that library adds
  /// nothing, but the files of Llama-like models then leave it to `add_bos_token` and `add_eos_token` of
  /// tokenizer_config.json, from which a post-processor is made on loading. The same is done here; where they are
  /// absent, nothing is added.
  private static func postProcessor(_ configuration: JSONNode?, _ vocabulary: Vocabulary) throws -> PostProcessor {
    guard let configuration else { return PostProcessor(prefix: [], suffix: []) }
    func tokens(_ flag: String, _ name: String) throws -> [Int32] {
      guard try configuration.flag(flag, default: false) else { return [] }
      let node = try configuration.required(name)
      let content = if case .object = node.value { try node.text("content") } else { try node.text() }
      guard let id = vocabulary.id(content) else {
        throw node.refusal("is \(quoted(content)), which the tokenizer.json beside it lacks")
      }
      return [id]
    }
    return PostProcessor(
      prefix: try tokens("add_bos_token", "bos_token"), suffix: try tokens("add_eos_token", "eos_token"))
  }
}

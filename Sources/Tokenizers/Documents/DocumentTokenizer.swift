import Basics
import StrictJSON

/// The tokenizer of a tokenizer.json, agreeing with Hugging Face tokenizers token by token.
///
/// The settings `truncation` and `padding` of the file are ignored: they belong to training and to batches, and the
/// libraries that use such files reset them before they encode a text. Identifiers of added tokens are those of the
/// file; unlike some versions of that library, decoding skips special tokens that are found in normalized text. Tokens
/// of the files beside are added as transformers 5 does; as there, the document alone decides about tokens around a
/// text, whatever `add_bos_token` says.
struct DocumentTokenizer: Tokenizer {
  private let file: String
  private let vocabulary: Vocabulary
  private let specialTokens: Set<Int32>
  /// What decoding takes for added tokens that were found in normalized text, so that it undoes the normalization.
  private let normalizedSpellings: [Int32: String]
  private let rawTokens: AddedTokenFinder
  private let normalizedTokens: AddedTokenFinder
  private let normalizer: Normalizer
  private let preTokenizer: PreTokenizer
  private let model: any TokenModel
  private let postProcessor: PostProcessor
  private let decoder: TokenDecoder

  var vocabularyCount: Int { vocabulary.count }
  var beginToken: Int32? { postProcessor.prefix.first }

  /// Reads a tokenizer.json and the tokens of the files beside it.
  ///
  /// `addsTokens` says that the settings decide about tokens around a text where the document has no `post_processor`.
  init(_ document: JSONNode, settings: TokenizerSettings, addsTokens: Bool = false) throws {
    file = document.file
    let modelNode = try document.required("model")
    let type = try ModelType(modelNode)
    var vocabulary = try Vocabulary(modelNode.required("vocab"))
    model = try type.model(modelNode, vocabulary)
    let normalizer = try Normalizer(document.member("normalizer"))
    self.normalizer = normalizer
    preTokenizer = try PreTokenizer(document.member("pre_tokenizer"))
    decoder = try TokenDecoder(document.member("decoder"))

    var added = try AddedTokens(document, &vocabulary)
    try added.add(settings, to: &vocabulary)
    rawTokens = try added.finder(ofNormalized: false)
    do {
      normalizedTokens = try added.finder(ofNormalized: true) { try normalizer.normalize($0) }
      normalizedSpellings = try zip(added.tokens, added.ids).filter { $0.0.isNormalized }.reduce(into: [:]) {
        $0[$1.1] = try normalizer.normalize(Array($1.0.content.utf8)).text
      }
    } catch let failure as ExpressionFailure {
      throw document.refusal("has a normalizer whose expression fails on an added token: \(failure)")
    }
    specialTokens = added.specialIDs
    if try settings.leavesOutPostProcessor() {
      postProcessor = PostProcessor(prefix: [], suffix: [])
    } else if let node = try document.member("post_processor") {
      postProcessor = try PostProcessor(node, vocabulary: vocabulary)
    } else {
      postProcessor = addsTokens ? try PostProcessor(settings, vocabulary) : PostProcessor(prefix: [], suffix: [])
    }
    self.vocabulary = vocabulary
  }

  // MARK: Tokenizer

  func encode(_ text: String) throws -> [Int32] {
    var tokens = postProcessor.prefix
    do {
      try append(Array(text.utf8), to: &tokens)
    } catch let failure as ExpressionFailure {
      throw TokenizerError(encodingWith: file, "a regular expression of it was given up: \(failure)")
    } catch let missing as MissingUnknownToken {
      throw TokenizerError(
        encodingWith: file,
        "its vocabulary lacks \(missing.text.quoted) and has no token for what is unknown; leave that text out")
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

  // MARK: Encoding

  private func append(_ text: [UInt8], to tokens: inout [Int32]) throws {
    var merger = BytePairMerger()
    for segment in rawTokens.segments(of: text) {
      switch segment {
      case .token(let id): tokens.append(id)
      case .text(let range):
        let normalized = try normalizer.normalize(Array(text[range]))
        try append(normalized: normalized, isStart: range.lowerBound == 0, &merger, &tokens)
      }
    }
  }

  private func append(
    normalized text: [UInt8], isStart: Bool, _ merger: inout BytePairMerger, _ tokens: inout [Int32]
  ) throws {
    for segment in normalizedTokens.segments(of: text) {
      switch segment {
      case .token(let id): tokens.append(id)
      case .text(let range):
        let isStart = isStart && range.lowerBound == 0
        for word in try preTokenizer.words(of: Array(text[range]), isStart: isStart) {
          try model.encode(word, with: &merger, into: &tokens)
        }
      }
    }
  }
}

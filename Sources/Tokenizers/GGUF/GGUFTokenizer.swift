import Basics

/// The tokenizer in the metadata of a GGUF file, agreeing with llama.cpp token by token.
///
/// Marks are found in a text wherever they are spelled, as llama.cpp does where it is told to parse special tokens. The
/// begin and end tokens are put around a text where the file says so; where it does not, the begin token is with the
/// model `llama` and with some pre-tokenizers, such as `llama-bpe`.
public struct GGUFTokenizer: Tokenizer {
  /// The begin token of a file with the model `llama` that names none.
  private static let usualBeginToken = 1

  private let file: String
  private let tokens: GGUFTokens
  private let marks: MarkFinder
  private let model: any GGUFModel
  private let around: PostProcessor

  /// The number of tokens of the vocabulary.
  public var vocabularyCount: Int { tokens.spellings.count }
  /// The token that begins every text, nil when none does.
  public var beginToken: Int32? { around.prefix.first }

  /// Makes the tokenizer of a vocabulary; throws a `TokenizerError` where that is damaged, contradicts itself or asks
  /// for something unsupported.
  public init(_ vocabulary: GGUFVocabulary) throws {
    file = vocabulary.file
    let isScored = vocabulary.model == "llama"
    guard isScored || vocabulary.model == "gpt2" else {
      throw vocabulary.refusal(
        "model", "is \(vocabulary.model.quoted); only llama and gpt2 are supported: name the model's tokenizer.json")
    }
    tokens = try GGUFTokens(vocabulary)
    marks = MarkFinder(tokens)
    let addsBeginToken: Bool
    if isScored {
      model = try ScoredMerges(vocabulary, tokens)
      addsBeginToken = true
    } else {
      let split = try GGUFPreTokenizer(vocabulary)
      do {
        model = try ByteLevelMerges(vocabulary, tokens, split)
      } catch let failure as ExpressionFailure {
        throw vocabulary.refusal("pre", "cuts by an expression that cannot be used: \(failure)")
      }
      addsBeginToken = split.addsBeginToken
    }
    func token(_ isAdded: Bool, _ id: Int?, _ key: String) throws -> [Int32] {
      guard isAdded else { return [] }
      guard let id else { throw vocabulary.refusal(key, "is not there, but is to be added to every text; set it") }
      return [try vocabulary.token(id, key)]
    }
    around = PostProcessor(
      prefix: try token(
        vocabulary.addsBeginToken ?? addsBeginToken,
        vocabulary.beginToken ?? (isScored ? Self.usualBeginToken : nil), "bos_token_id"),
      suffix: try token(vocabulary.addsEndToken ?? false, vocabulary.endToken, "eos_token_id"))
  }

  // MARK: Tokenizer

  /// Returns the tokens of `text` with those that the file adds to every text.
  public func encode(_ text: String) throws -> [Int32] {
    var result = around.prefix
    let bytes = Array(text.utf8)
    do {
      for segment in marks.segments(of: bytes) {
        switch segment {
        case .token(let id): result.append(id)
        case .text(let range): try model.append(bytes[range], to: &result)
        }
      }
    } catch let failure as ExpressionFailure {
      throw TokenizerError(encodingWith: file, "a regular expression of it was given up: \(failure)")
    } catch let missing as MissingUnknownToken {
      throw TokenizerError(
        encodingWith: file,
        "its vocabulary lacks \(missing.text.quoted) and has no token for what is unknown; leave that text out")
    }
    return result + around.suffix
  }

  /// Returns the text of `tokens`, without the space that `encode` puts in front of a text.
  public func decode(_ tokens: [Int32]) -> String {
    var result: [UInt8] = []
    var isStart = true
    for token in tokens {
      let added = bytes(of: token)
      let isSpaced = isStart && model.addsSpace && self.tokens.kind(of: token) != .userDefined
      result += added.dropFirst(isSpaced && added.first == UInt8(ascii: " ") ? 1 : 0)
      isStart = isStart && added.isEmpty
    }
    return result.text
  }

  /// Returns the bytes that a token adds to a text that has begun.
  public func bytes(of token: Int32) -> [UInt8] {
    guard let kind = tokens.kind(of: token) else { return [] }
    let spelling = tokens.spellings[Int(token)]
    switch kind {
    case .control, .unknown: return []
    case .userDefined: return spelling
    case .byte: return ByteToken.byte(of: spelling).map { [$0] } ?? spelling
    case .undefined, .normal, .unused: return model.bytes(of: spelling)
    }
  }

  /// Returns the text of one token as the file spells it, nil outside the vocabulary.
  public func token(_ id: Int32) -> String? { tokens.vocabulary.token(id) }
}

/// The vocabulary in the metadata of a GGUF file, as the file has it: nothing is checked before a `GGUFTokenizer` is
/// made of it.
public struct GGUFVocabulary: Sendable {
  /// The path of the file, for what is said about it.
  public let file: String
  /// The value of `tokenizer.ggml.model`: how tokens are made of a text.
  public let model: String
  /// The spellings in `tokenizer.ggml.tokens`, by identifier.
  public let tokens: [[UInt8]]
  /// The value of `tokenizer.ggml.pre`: the name of how a text is cut into words.
  public var preTokenizer: String?
  /// The values of `tokenizer.ggml.scores`, one for each token.
  public var scores: [Float]?
  /// The values of `tokenizer.ggml.token_type`, one for each token.
  public var types: [Int32]?
  /// The values of `tokenizer.ggml.merges`, two spellings with a space between in each, the first to be merged first.
  public var merges: [[UInt8]]?
  /// The value of `tokenizer.ggml.bos_token_id`.
  public var beginToken: Int?
  /// The value of `tokenizer.ggml.eos_token_id`.
  public var endToken: Int?
  /// The value of `tokenizer.ggml.add_bos_token`.
  public var addsBeginToken: Bool?
  /// The value of `tokenizer.ggml.add_eos_token`.
  public var addsEndToken: Bool?
  /// The value of `tokenizer.ggml.add_space_prefix`.
  public var addsSpacePrefix: Bool?

  /// Takes what every such file has; what it may lack is set afterwards.
  public init(file: String, model: String, tokens: [[UInt8]]) {
    self.file = file
    self.model = model
    self.tokens = tokens
  }

  /// Returns the error "cannot read the tokenizer FILE: tokenizer.ggml.KEY SEEN".
  func refusal(_ key: String, _ seen: String) -> TokenizerError {
    TokenizerError(file: file, "tokenizer.ggml.\(key) \(seen)")
  }
}

/// Stands in for a tokenizer that is not there or cannot be read: token identifiers can be used without one, texts
/// cannot.
public struct AbsentTokenizer: Tokenizer {
  /// The error that `encode` throws.
  public let reason: TokenizerError

  /// No vocabulary is known, so it counts 0 tokens.
  public let vocabularyCount = 0
  /// No token begins a text.
  public let beginToken: Int32? = nil

  /// Takes the error that says why no tokenizer could be read.
  public init(_ reason: TokenizerError) {
    self.reason = reason
  }

  /// Always throws `reason`: text cannot become tokens.
  public func encode(_ text: String) throws -> [Int32] { throw reason }

  /// An empty text, whatever the tokens.
  public func decode(_ tokens: [Int32]) -> String { "" }

  /// No bytes, whatever the token.
  public func bytes(of token: Int32) -> [UInt8] { [] }

  /// nil, whatever the token.
  public func token(_ id: Int32) -> String? { nil }
}

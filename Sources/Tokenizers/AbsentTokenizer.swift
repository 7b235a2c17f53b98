/// Stands in for a tokenizer that is not there or cannot be read: token identifiers can be used without one, texts
/// cannot.
public struct AbsentTokenizer: Tokenizer {
  /// Why there is none; encoding throws it.
  public let reason: TokenizerError

  public let vocabularyCount = 0
  public let beginToken: Int32? = nil

  public init(_ reason: TokenizerError) {
    self.reason = reason
  }

  public func encode(_ text: String) throws -> [Int32] { throw reason }

  public func decode(_ tokens: [Int32]) -> String { "" }

  public func bytes(of token: Int32) -> [UInt8] { [] }

  public func token(_ id: Int32) -> String? { nil }
}

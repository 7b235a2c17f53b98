import Tokenizers

/// Stands in for a tokenizer that is not there yet, for planning: one token for four bytes of text, and one in front.
package struct LengthEstimate: Tokenizer {
  /// One token, 0, stands for all.
  package let vocabularyCount = 1
  /// The token that begins a text.
  package let beginToken: Int32? = 0

  /// An estimate that needs nothing.
  package init() {}

  package func encode(_ text: String) -> [Int32] { Array(repeating: 0, count: 1 + (text.utf8.count + 3) / 4) }

  /// An empty text, whatever the tokens.
  package func decode(_ tokens: [Int32]) -> String { "" }

  /// No bytes, whatever the token.
  package func bytes(of token: Int32) -> [UInt8] { [] }

  /// nil, whatever the token.
  package func token(_ id: Int32) -> String? { nil }
}

import Tokenizers

/// Stands in for a tokenizer that is not there yet, for planning: one token for four bytes of text, and one in front.
package struct LengthEstimate: Tokenizer {
  package let vocabularyCount = 1
  package let beginToken: Int32? = 0

  package init() {}

  package func encode(_ text: String) -> [Int32] { Array(repeating: 0, count: 1 + (text.utf8.count + 3) / 4) }

  package func decode(_ tokens: [Int32]) -> String { "" }

  package func bytes(of token: Int32) -> [UInt8] { [] }

  package func token(_ id: Int32) -> String? { nil }
}

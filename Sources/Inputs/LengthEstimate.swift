import Tokenizers

/// Stands in for a tokenizer that is not there yet, for planning: one token for four bytes of text, and one in front.
struct LengthEstimate: Tokenizer {
  let vocabularyCount = 1
  let beginToken: Int32? = 0

  func encode(_ text: String) -> [Int32] { Array(repeating: 0, count: 1 + (text.utf8.count + 3) / 4) }

  func decode(_ tokens: [Int32]) -> String { "" }

  func bytes(of token: Int32) -> [UInt8] { [] }

  func token(_ id: Int32) -> String? { nil }
}

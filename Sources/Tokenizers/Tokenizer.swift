/// Turns text into the tokens of one vocabulary and back.
public protocol Tokenizer: Sendable {
  /// One more than the largest token of the vocabulary; some tokens below it may be unused.
  var vocabularyCount: Int { get }

  /// The token that `encode` puts in front of every text, nil when it puts none.
  var beginToken: Int32? { get }

  /// Returns the tokens of `text`, with the special tokens that the tokenizer's file adds to every text.
  ///
  /// Throws a `TokenizerError` where the file's regular expressions are given up on the text, or it has no token for
  /// something unknown. Cost: n log n in the length of the text, but for regular expressions.
  func encode(_ text: String) throws -> [Int32]

  /// Returns the text of `tokens`.
  ///
  /// Special tokens and tokens outside the vocabulary are skipped. Bytes that are not UTF-8 become U+FFFD.
  /// SentencePiece-style schemes drop one leading space, the one that `encode` puts in front of a text: decode a
  /// prompt and its continuation together where that space counts.
  func decode(_ tokens: [Int32]) -> String

  /// Returns the bytes that a token adds to a text that has begun: none for special tokens and outside the vocabulary.
  ///
  /// Decoded as UTF-8, the joined bytes of a continuation are what `decode` adds for it to the text of a prompt. They
  /// may differ in the number of U+FFFD where bytes are not UTF-8, and in a space behind a begin token inside a text.
  func bytes(of token: Int32) -> [UInt8]

  /// Returns the text of one token as its file spells it (`Ġthe`, `▁the`, `<0x0A>`), nil outside the vocabulary.
  func token(_ id: Int32) -> String?
}

/// A text, or a list of tokens, whose continuation the mutants are compared on.
public struct ScreenInput: Sendable {
  /// Unique in its file.
  public let id: String
  public let task: String
  /// The prompt as written, or the text of `tokens` where the file gives those.
  public let prompt: String
  /// The prompt's tokens, with the begin token where the tokenizer adds one; as they are where the file gives them.
  public let tokens: [Int32]
  public let answer: String?
  public let choices: [String]?
}

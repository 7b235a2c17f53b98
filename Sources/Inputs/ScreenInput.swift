import Transformer

/// A text, or a list of tokens, whose continuation the mutants are compared on.
public struct ScreenInput: Sendable {
  /// Unique in its file.
  public let id: String
  /// The input's task.
  public let task: String
  /// The prompt as written, or the text of `tokens` where the file gives those.
  public let prompt: String
  /// The prompt's tokens, with the begin token where the tokenizer adds one; as they are where the file gives them.
  public let tokens: [Int32]
  /// The right answer, a letter or a text; nil where there is none.
  public let answer: String?
  /// The choices, at most `LetterChoice.limit`, each on one line.
  public let choices: [String]?
  /// The tokens of the choices' letters behind the prompt; empty without choices.
  public let letters: [Int32]

  /// Which of the choices the answer is: the one with that letter, or with that text; nil where there is none.
  public var answerChoice: Int? {
    guard let answer, let choices else { return nil }
    return choices.indices.first { LetterChoice.letter(of: $0) == answer } ?? choices.firstIndex(of: answer)
  }
}

import Transformer

/// A text, a list of tokens or an image; mutants are compared on what the model says to it.
public struct ScreenInput: Sendable {
  /// Unique in its file.
  public let id: String
  /// The input's task.
  public let task: String
  /// The prompt as written, or the text of its tokens where the file gives those; of an image its name.
  public let prompt: String
  /// What the model reads: tokens, with the begin token where the tokenizer adds one, or as they are where the file
  /// gives them; or the image.
  public let content: Prompt
  /// Positions that the model has for it.
  public let positionCount: Int
  /// The right answer, a letter or a text; nil where there is none.
  public let answer: String?
  /// The choices, at most `LetterChoice.limit`, each on one line.
  public let choices: [String]?
  /// The tokens of the choices' letters behind the prompt; empty without choices.
  public let letters: [Int32]

  /// A text of which the model reads these tokens.
  init(
    id: String, task: String, prompt: String, tokens: [Int32], answer: String?, choices: [String]?, letters: [Int32]
  ) {
    self.id = id
    self.task = task
    self.prompt = prompt
    content = .tokens(tokens)
    positionCount = tokens.count
    self.answer = answer
    self.choices = choices
    self.letters = letters
  }

  /// An image with the name of its class, which is its task.
  init(id: String, name: String, image: Image, className: String, positionCount: Int) {
    self.id = id
    task = className
    prompt = name
    content = .image(image)
    self.positionCount = positionCount
    answer = className
    choices = nil
    letters = []
  }

  /// The prompt's tokens; none of an image.
  public var tokens: [Int32] { content.tokens }

  /// Which of the choices the answer is: the one with that letter, or with that text; nil where there is none.
  public var answerChoice: Int? {
    guard let answer, let choices else { return nil }
    return choices.indices.first { LetterChoice.letter(of: $0) == answer } ?? choices.firstIndex(of: answer)
  }
}

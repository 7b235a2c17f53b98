/// What a model is given before it chooses: the tokens of a text, or an image.
public enum Prompt: Hashable, Sendable {
  /// The tokens of a text.
  case tokens([Int32])
  /// An image, as the model reads it.
  case image(Image)

  /// The tokens; none of an image.
  public var tokens: [Int32] { if case .tokens(let tokens) = self { tokens } else { [] } }

  /// The prompt with tokens behind it; nothing can stand behind an image.
  public static func + (prompt: Prompt, tokens: some Collection<Int32>) -> Prompt {
    switch prompt {
    case .tokens(let own): return .tokens(own + tokens)
    case .image:
      precondition(tokens.isEmpty, "nothing stands behind an image")
      return prompt
    }
  }
}

/// How choices were scored: attributes of the dataset of the mutants' choices.
public struct ChoiceProtocol: Equatable, Sendable {
  /// How a prompt is made of a question and its choices.
  public let promptTemplate: String
  /// The tokens of the letters A, B, C …, once for each way in which they continue a prompt.
  public let letterTokens: String
  /// Solved examples in front of each question; nil where the prompts are as somebody wrote them.
  public let shotCount: Int?

  /// Takes how questions were asked; nil shots where inputs are no questions of MMLU.
  public init(promptTemplate: String, letterTokens: String, shotCount: Int?) {
    self.promptTemplate = promptTemplate
    self.letterTokens = letterTokens
    self.shotCount = shotCount
  }
}

import HDF5

extension Dataset {
  /// Writes how the choices in this dataset were scored.
  func write(_ choiceProtocol: ChoiceProtocol) throws {
    try setAttribute("prompt_template", choiceProtocol.promptTemplate)
    try setAttribute("letter_tokens", choiceProtocol.letterTokens)
    if let shots = choiceProtocol.shotCount { try setAttribute("few_shot_count", Int64(shots)) }
  }

  /// nil where the dataset does not say.
  func readChoiceProtocol() throws -> ChoiceProtocol? {
    guard try hasAttribute("prompt_template") else { return nil }
    let shots = try hasAttribute("few_shot_count") ? Int(try integerAttribute("few_shot_count")) : nil
    return ChoiceProtocol(
      promptTemplate: try textAttribute("prompt_template"), letterTokens: try textAttribute("letter_tokens"),
      shotCount: shots)
  }
}

import Archive

extension ScreenTexts {
  /// Reads what a results file says of its inputs; without a vocabulary tokens read as `⟨123⟩`, a word each.
  init(of file: borrowing ResultsFile) throws {
    let vocabulary = try file.texts()
    let inputs = zip(try file.inputs(), try file.baselines()).map { input, baseline in
      Input(
        id: input.id, task: input.task, prompt: input.prompt, baseline: baseline.tokens, answer: input.answer,
        answerChoice: input.answerChoice == 255 ? nil : input.answerChoice,
        baselineChoice: baseline.choice == 255 ? nil : baseline.choice)
    }
    self.init(inputs: inputs) { tokens in
      vocabulary?.text(of: tokens) ?? tokens.map { "⟨\($0)⟩" }.joined(separator: " ")
    }
  }
}

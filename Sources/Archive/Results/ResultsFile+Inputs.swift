import HDF5
import Perturbations
import Transformer

/// The inputs, and what the baseline makes of them.
extension ResultsFile {
  public func prompts() throws -> [String] { try ResultsFile.strings("input/prompt", in: file) }

  /// Everything that the file says of the inputs.
  public func inputs() throws -> [ScreenDescription.Input] {
    let tokens: [[Int32]] = try inputRows("input/prompt_tokens")
    let prompts = try inputStrings("input/prompt")
    // Files of the first version have none of these.
    let hasAnswers = try ResultsFile.shape(of: "input/answer", in: file) != nil
    let answers = hasAnswers ? try inputStrings("input/answer") : prompts.map { _ in "" }
    let choices = hasAnswers ? try inputStrings("input/choices") : prompts.map { _ in "" }
    let answerChoices = hasAnswers ? try inputChoices("input/answer_choice") : prompts.map { _ in LetterChoice.none }
    return prompts.indices.map { input in
      ScreenDescription.Input(
        id: summary.ids[input], task: summary.tasks[input], prompt: prompts[input],
        tokens: Array(tokens[input].prefix { $0 >= 0 }), answer: answers[input],
        choices: choices[input].isEmpty
          ? [] : choices[input].split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
        answerChoice: answerChoices[input])
    }
  }

  // MARK: Baseline

  /// The baseline's continuations as text.
  public func baselineTexts() throws -> [String] { try ResultsFile.strings("baseline/text", in: file) }

  /// The baseline's continuations of all inputs.
  public func baselines() throws -> [ScreenDescription.Continuation] {
    let tokens: [[Int32]] = try inputRows("baseline/tokens")
    let margins: [[Float]] = try inputRows("baseline/margin")
    try check(tokens.flatMap { $0 }, "baseline/tokens")
    let texts = try inputStrings("baseline/text")
    let choices = summary.recording.choices ? try inputChoices("baseline/choice") : texts.map { _ in LetterChoice.none }
    return texts.indices.map { input in
      ScreenDescription.Continuation(
        tokens: Array(tokens[input].prefix { $0 >= 0 }), text: texts[input],
        margins: Array(margins[input].prefix { !$0.isNaN }), choice: choices[input])
    }
  }

  // MARK: Private

  /// A row for each input.
  private func inputRows<Element: NumericElement>(_ name: String) throws -> [[Element]] {
    let (values, shape): ([Element], [Int]) = try whole(name)
    guard shape.count == 2, shape[0] == summary.inputCount else { throw damage(name, shape) }
    return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }

  /// A text for each input.
  private func inputStrings(_ name: String) throws -> [String] {
    let texts = try ResultsFile.strings(name, in: file)
    guard texts.count == summary.inputCount else { throw damage(name, [texts.count]) }
    return texts
  }

  /// A choice, or none, for each input.
  private func inputChoices(_ name: String) throws -> [UInt8] {
    let (values, shape): ([UInt8], [Int]) = try whole(name)
    guard shape == [summary.inputCount] else { throw damage(name, shape) }
    try check(choices: values, name)
    return values
  }
}

extension ScreenDescription.Input {
  /// The choices as a file has them: one a line.
  var joinedChoices: String { choices.joined(separator: "\n") }
}

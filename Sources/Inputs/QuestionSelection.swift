import Configuration
import MessagePassing
import Transformer

/// Asks the baseline questions until enough are answered right and wrong.
package struct QuestionSelection {
  let mmlu: MMLU
  let questions: MMLUQuestions
  let model: Model
  let threads: Int

  /// The selection of as many questions as `mmlu` asks for, by what `model` answers.
  package init(mmlu: MMLU, questions: MMLUQuestions, model: Model, threads: Int) {
    self.mmlu = mmlu
    self.questions = questions
    self.model = model
    self.threads = threads
  }

  /// The questions that are chosen, in their order. Collective over the ranks, which ask one each at a time; nil: this
  /// process asks them all. What is chosen does not depend on it.
  package func inputs(_ communicator: Communicator?) throws -> [ScreenInput] {
    let (rank, size) = (communicator?.rank ?? 0, communicator?.size ?? 1)
    var chosen: [Int] = []
    var (right, wrong, asked) = (0, 0, 0)
    for start in stride(from: 0, to: questions.count, by: size) {
      guard right < mmlu.rightCount || wrong < mmlu.wrongCount else { break }
      let own = start + rank
      let outcome = try agree(communicator) { own < questions.count ? try ask(own) : .none }
      let outcomes = try communicator?.allGather(outcome.rawValue) ?? [outcome.rawValue]
      for (place, outcome) in outcomes.enumerated() {
        switch Outcome(rawValue: outcome) {
        case .right:
          if right < mmlu.rightCount { chosen.append(start + place) }
          right += 1
        case .wrong:
          if wrong < mmlu.wrongCount { chosen.append(start + place) }
          wrong += 1
        default: continue
        }
        asked += 1
      }
    }
    return try agree(communicator) {
      guard chosen.count == mmlu.rightCount + mmlu.wrongCount else {
        // The ranks all know: one says it.
        guard rank == 0 else { return [] }
        throw TextFileError.input(
          mmlu.folder,
          "of \(asked) questions that fit, the model answers \(right) right and \(wrong) wrong, and inputs asks for "
            + "\(mmlu.rightCount) and \(mmlu.wrongCount); ask for fewer, or name more subjects")
      }
      return try chosen.compactMap { try questions.input($0) }
    }
  }

  // MARK: Asking

  private enum Outcome: Int64 {
    /// The question does not fit into the model's context, or there is none.
    case none, right, wrong
  }

  private func ask(_ index: Int) throws -> Outcome {
    guard let input = try questions.input(index), let answer = input.answerChoice else { return .none }
    let pass = ForwardPass(
      model: model, positionCount: input.tokens.count, threads: threads, quantizingHead: false)
    return LetterChoice.choice(behind: input.tokens, among: input.letters, pass: pass) == UInt8(answer)
      ? .right : .wrong
  }

  private func agree<Result>(_ communicator: Communicator?, _ body: () throws -> Result) throws -> Result {
    guard let communicator else { return try body() }
    return try communicator.agree(body)
  }
}

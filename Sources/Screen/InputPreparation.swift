import Tokenizers
import Transformer

/// Turns lines into inputs that fit a model.
struct InputPreparation {
  let path: String
  let tokenizer: any Tokenizer
  let model: LlamaConfiguration
  let stepCount: Int

  /// The input of line `number`.
  func input(_ line: InputLine, number: Int) throws -> ScreenInput {
    let prompt: String
    let tokens: [Int32]
    switch line.prompt {
    case .text(let text):
      prompt = text
      tokens = try encoded(text, number: number)
    case .tokens(let identifiers):
      tokens = try checked(identifiers, number: number)
      prompt = tokenizer.decode(tokens)
    }
    // The last token of a continuation is never fed back, so it needs no position.
    guard stepCount <= model.contextLength, tokens.count <= model.contextLength - stepCount + 1 else {
      throw ScreenError.input(
        path, line: number,
        "the prompt has \(tokens.count) tokens, and with \(stepCount) steps it does not fit into the model's context "
          + "of \(model.contextLength); shorten the prompt or set continuation.tokens lower")
    }
    return ScreenInput(
      id: line.id, task: line.task, prompt: prompt, tokens: tokens, answer: line.answer, choices: line.choices)
  }

  // MARK: Tokens

  private func encoded(_ text: String, number: Int) throws -> [Int32] {
    let tokens = tokenizer.encode(text)
    guard !tokens.isEmpty else {
      throw ScreenError.input(path, line: number, "prompt: the tokenizer makes no tokens of it; write another prompt")
    }
    if let foreign = tokens.first(where: { !isInVocabulary(Int($0)) }) {
      throw ScreenError.input(
        path, line: number,
        "prompt: the tokenizer gives token \(foreign), and the model's vocabulary has \(model.vocabularyCount); "
          + "use the tokenizer that belongs to the model")
    }
    return tokens
  }

  private func checked(_ identifiers: [Int], number: Int) throws -> [Int32] {
    if let foreign = identifiers.first(where: { !isInVocabulary($0) }) {
      throw ScreenError.input(
        path, line: number,
        "tokens: \(foreign) is not in the model's vocabulary; use numbers from 0 to \(model.vocabularyCount - 1)")
    }
    return identifiers.map(Int32.init(truncatingIfNeeded:))
  }

  private func isInVocabulary(_ token: Int) -> Bool { token >= 0 && token < model.vocabularyCount }
}

import Basics
import Configuration
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
    guard fits(tokens) else {
      throw TextFileError.input(
        path, line: number,
        "the prompt has \(tokens.count) tokens, and with \(stepCount) steps it does not fit into the model's context "
          + "of \(model.contextLength); shorten the prompt or set continuation.tokens lower")
    }
    let letters = try line.choices.map { try self.letters($0.count, behind: prompt, number: number) } ?? []
    let input = ScreenInput(
      id: line.id, task: line.task, prompt: prompt, tokens: tokens, answer: line.answer, choices: line.choices,
      letters: letters)
    if let answer = line.answer, line.choices != nil, input.answerChoice == nil {
      throw TextFileError.input(
        path, line: number, "answer: \(answer.quoted) is none of the choices; write its text or its letter")
    }
    return input
  }

  /// Whether the model's context has room for a prompt and all steps.
  func fits(_ tokens: [Int32]) -> Bool {
    // The last token of a continuation is never fed back, so it needs no position.
    stepCount <= model.contextLength && tokens.count <= model.contextLength - stepCount + 1
  }

  // MARK: Letters

  /// The tokens with which the letters of so many choices go on behind a prompt: behind a space or, if these are no
  /// tokens of their own, without one.
  private func letters(_ count: Int, behind prompt: String, number: Int) throws -> [Int32] {
    // No tokenizer is there yet to say.
    if tokenizer is LengthEstimate { return [] }
    let before = try tokenizer.encode(prompt)
    for space in [" ", ""] {
      let tokens = try (0..<count).compactMap { choice -> Int32? in
        let both = try tokenizer.encode(prompt + space + LetterChoice.letter(of: choice))
        guard both.count == before.count + 1, both.starts(with: before), let letter = both.last else { return nil }
        return isInVocabulary(Int(letter)) ? letter : nil
      }
      if Set(tokens).count == count { return tokens }
    }
    throw TextFileError.input(
      path, line: number,
      "choices: the letters from A to \(LetterChoice.letter(of: count - 1)) are no single tokens behind this prompt; "
        + "let it end where a letter can follow, as in 'Answer:', or remove the choices")
  }

  // MARK: Tokens

  private func encoded(_ text: String, number: Int) throws -> [Int32] {
    let tokens = try tokenizer.encode(text)
    guard !tokens.isEmpty else {
      throw TextFileError.input(path, line: number, "prompt: the tokenizer makes no tokens of it; write another prompt")
    }
    if let foreign = tokens.first(where: { !isInVocabulary(Int($0)) }) {
      throw TextFileError.input(
        path, line: number,
        "prompt: the tokenizer gives token \(foreign), and the model's vocabulary has \(model.vocabularyCount); "
          + "use the tokenizer that belongs to the model")
    }
    return tokens
  }

  private func checked(_ identifiers: [Int], number: Int) throws -> [Int32] {
    if let foreign = identifiers.first(where: { !isInVocabulary($0) }) {
      throw TextFileError.input(
        path, line: number,
        "tokens: \(foreign) is not in the model's vocabulary; use numbers from 0 to \(model.vocabularyCount - 1)")
    }
    return identifiers.map(Int32.init(truncatingIfNeeded:))
  }

  private func isInVocabulary(_ token: Int) -> Bool { token >= 0 && token < model.vocabularyCount }
}

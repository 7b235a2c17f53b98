import Basics
import Configuration
import Inputs
import StrictJSON
import Tokenizers
import Transformer

/// The prompts of a study: texts in the configuration itself, or a file of JSON Lines with `text` or `tokens`.
public struct PromptSource: Sendable {
  private enum Content {
    case texts([(text: String, place: ConfigurationPlace)])
    case file(String)
  }

  private let content: Content
  private let place: ConfigurationPlace

  private static let use = "a list of texts, or the path of a file of JSON Lines with text or tokens"

  /// Reads a key that must be there.
  public init(_ section: StudySection, _ key: String) throws {
    guard let value = section[key] else { throw section.missing(key, example: "[\"Once upon a time\"]") }
    place = ConfigurationPlace(value, of: section)
    guard value.isList else {
      content = .file(try value.path())
      return
    }
    content = .texts(
      try value.list(use: Self.use).map { element in
        guard let text = element.text else { throw element.mismatch("a prompt", use: Self.use) }
        return (text, ConfigurationPlace(element, of: section))
      })
  }

  /// The file that is read; none where the prompts stand in the configuration.
  public var files: [String] { if case .file(let path) = content { [path] } else { [] } }

  /// The prompts as tokens of a model, each with the token that begins a text, if the model has one, in front. With
  /// `room` tokens behind it, each fits the model's context.
  ///
  /// Throws a `TextFileError` that names the line.
  public func rows(_ tokenizer: (any Tokenizer)?, _ shape: HostShape, room: Int) throws -> [[Int32]] {
    switch content {
    case .texts(let texts):
      return try texts.map { text, place in
        try row(try encoded(text, tokenizer, place.refusal), shape, room: room, place.refusal)
      }
    case .file(let path):
      return try TextDocuments.lines(path).map { number, line in
        func refusal(_ problem: String) -> TextFileError { .input(path, line: number, problem) }
        return try row(try tokens(of: line, tokenizer, refusal), shape, room: room, refusal)
      }
    }
  }

  private func tokens(
    of line: JSONValue, _ tokenizer: (any Tokenizer)?, _ refusal: (String) -> TextFileError
  ) throws -> [Int] {
    guard let member = line["tokens"] ?? line["text"] else {
      throw refusal("text is missing; add \"text\" or \"tokens\"")
    }
    if let text = member.string { return try encoded(text, tokenizer, refusal) }
    guard let tokens = member.elements(\.integer) else {
      throw refusal("this is neither a text nor a list of tokens; write one")
    }
    return tokens
  }

  private func encoded(
    _ text: String, _ tokenizer: (any Tokenizer)?, _ refusal: (String) -> TextFileError
  ) throws -> [Int] {
    guard let tokenizer else { throw refusal("the model has no tokenizer for texts; write lists of tokens") }
    let tokens = try tokenizer.encode(text).map { Int($0) }
    return text.isEmpty ? [] : tokens
  }

  private func row(
    _ tokens: [Int], _ shape: HostShape, room: Int, _ refusal: (String) -> TextFileError
  ) throws -> [Int32] {
    guard !tokens.isEmpty else { throw refusal("the prompt has no tokens; write a text") }
    if let foreign = tokens.first(where: { $0 < 0 || $0 >= shape.vocabularyCount }) {
      throw refusal(
        "token \(foreign) is not in the model's vocabulary of \(shape.vocabularyCount); use the tokenizer that belongs "
          + "to the model")
    }
    let begin = shape.beginToken.map { [$0] } ?? []
    let own = tokens.map { Int32($0) }
    let row = own.starts(with: begin) ? own : begin + own
    guard row.count + room <= shape.studyContext else {
      throw refusal(
        "\(row.count) tokens with \(room) behind them do not fit the model's context of \(shape.studyContext); "
          + "shorten the prompt or set steps lower")
    }
    return row
  }
}

import Foundation

/// A line of an inputs file: one JSON object.
struct InputLine: Decodable {
  /// The text that a continuation starts from, or its tokens.
  enum Prompt {
    case text(String)
    case tokens([Int])
  }

  let id: String
  let task: String
  let prompt: Prompt
  let answer: String?
  let choices: [String]?

  private enum Key: String, CodingKey, CaseIterable {
    case id, task, prompt, tokens, answer, choices
  }

  /// Any name of a member: to see those that mean nothing.
  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  // MARK: Reading

  /// Reads the UTF-8 text of line `number` of the file `path`.
  static func read(_ text: ArraySlice<UInt8>, path: String, number: Int) throws -> InputLine {
    do {
      return try JSONDecoder().decode(InputLine.self, from: Data(text))
    } catch let problem as Problem {
      throw ScreenError.input(path, line: number, problem.sentence)
    } catch {
      throw ScreenError.input(
        path, line: number,
        "this is not a JSON object; write one such as {\"id\": \"1\", \"task\": \"facts\", \"prompt\": \"Oslo is\"}")
    }
  }

  init(from decoder: any Decoder) throws {
    let names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    if let unknown = names.filter({ Key(rawValue: $0) == nil }).min() {
      let keys = Key.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem("\(unknown.quoted) is not a key of an input; the keys are \(keys)")
    }
    let container = try decoder.container(keyedBy: Key.self)
    id = try InputLine.name(.id, in: container)
    task = try InputLine.name(.task, in: container)
    prompt = try InputLine.prompt(in: container)
    answer = try InputLine.value(String.self, .answer, in: container, "a string")
    choices = try InputLine.value([String].self, .choices, in: container, "a list of strings")
  }

  // MARK: Members

  /// What is wrong with a line, without the place.
  private struct Problem: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  private static func value<Value: Decodable>(
    _ type: Value.Type, _ key: Key, in container: KeyedDecodingContainer<Key>, _ noun: String
  ) throws -> Value? {
    do {
      return try container.decodeIfPresent(type, forKey: key)
    } catch {
      throw Problem("\(key.rawValue): the value is not \(noun); write \(noun)")
    }
  }

  /// A short text that names something: not empty, on one line.
  private static func name(_ key: Key, in container: KeyedDecodingContainer<Key>) throws -> String {
    guard let name = try value(String.self, key, in: container, "a string") else {
      throw Problem("\(key.rawValue) is missing; add \"\(key.rawValue)\": \"…\"")
    }
    guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw Problem("\(key.rawValue): \(name.quoted) is empty or holds a control character; write a short name")
    }
    return name
  }

  private static func prompt(in container: KeyedDecodingContainer<Key>) throws -> Prompt {
    let text = try value(String.self, .prompt, in: container, "a string")
    let tokens = try value([Int].self, .tokens, in: container, "a list of whole numbers")
    switch (text, tokens) {
    case (let text?, nil):
      guard !text.isEmpty else { throw Problem("prompt: the text is empty; write at least one character") }
      return .text(text)
    case (nil, let tokens?):
      guard !tokens.isEmpty else { throw Problem("tokens: the list is empty; write at least one token") }
      return .tokens(tokens)
    case (nil, nil): throw Problem("prompt is missing; add \"prompt\" or \"tokens\"")
    case (_?, _?): throw Problem("prompt and tokens are both there; keep one of them")
    }
  }
}

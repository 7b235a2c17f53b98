import Basics
import Configuration
import StrictJSON
import Transformer

/// A line of an inputs file: one JSON object.
struct InputLine {
  /// The text that a continuation starts from, or its tokens.
  enum Prompt {
    case text(String)
    case tokens([Int])
  }

  private enum Key: String, CaseIterable {
    case id, task, prompt, tokens, answer, choices
  }

  /// What is wrong with a line, without the place.
  private struct Problem: Error {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
  }

  let id: String
  let task: String
  let prompt: Prompt
  let answer: String?
  let choices: [String]?

  init(id: String, task: String, prompt: Prompt, answer: String?, choices: [String]?) {
    self.id = id
    self.task = task
    self.prompt = prompt
    self.answer = answer
    self.choices = choices
  }

  // MARK: Reading

  /// Reads the UTF-8 text of line `number` of the file `path`.
  static func read(_ text: ArraySlice<UInt8>, path: String, number: Int) throws -> InputLine {
    do {
      // No value is shorter than a byte: the length of the line is limit enough.
      return try InputLine(text.withUnsafeBytes { try JSONReader.read($0, valueLimit: text.count) })
    } catch let problem as Problem {
      throw TextFileError.input(path, line: number, problem.sentence)
    } catch JSONError.duplicateName(let name, _) {
      throw TextFileError.input(path, line: number, "the key \(name.text.quoted) occurs more than once; keep one")
    } catch {
      throw TextFileError.input(path, line: number, notAnObject.sentence)
    }
  }

  private init(_ line: JSONValue) throws {
    guard let members = line.members else { throw Self.notAnObject }
    if let unknown = members.map(\.name.text).filter({ Key(rawValue: $0) == nil }).min() {
      let keys = Key.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem("\(unknown.quoted) is not a key of an input; the keys are \(keys)")
    }
    id = try Self.name(.id, in: line)
    task = try Self.name(.task, in: line)
    prompt = try Self.prompt(in: line)
    answer = try Self.value(.answer, in: line, "a string", \.string)
    choices = try Self.choices(in: line)
  }

  private static let notAnObject = Problem(
    "this is not a JSON object; write one such as {\"id\": \"1\", \"task\": \"facts\", \"prompt\": \"Oslo is\"}")

  // MARK: Members

  /// What `read` makes of a member, nil when the member is absent or null.
  private static func value<Value>(
    _ key: Key, in line: JSONValue, _ noun: String, _ read: (JSONValue) -> Value?
  ) throws -> Value? {
    guard let member = line[key.rawValue], member != .null else { return nil }
    guard let value = read(member) else {
      throw Problem("\(key.rawValue): the value is not \(noun); write \(noun)")
    }
    return value
  }

  /// A short text that names something: not empty, on one line.
  private static func name(_ key: Key, in line: JSONValue) throws -> String {
    guard let name = try value(key, in: line, "a string", \.string) else {
      throw Problem("\(key.rawValue) is missing; add \"\(key.rawValue)\": \"…\"")
    }
    guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw Problem("\(key.rawValue): \(name.quoted) is empty or holds a control character; write a short name")
    }
    return name
  }

  private static func choices(in line: JSONValue) throws -> [String]? {
    guard let choices = try value(.choices, in: line, "a list of strings", { $0.elements(\.string) }) else {
      return nil
    }
    guard (1...LetterChoice.limit).contains(choices.count) else {
      throw Problem("choices: there are \(choices.count); write 1 to \(LetterChoice.limit)")
    }
    if let odd = choices.first(where: { $0.isEmpty || $0.contains(where: \.isNewline) }) {
      throw Problem("choices: \(odd.quoted) is empty or holds a line break; write each choice on one line")
    }
    return choices
  }

  private static func prompt(in line: JSONValue) throws -> Prompt {
    let text = try value(.prompt, in: line, "a string", \.string)
    let tokens = try value(.tokens, in: line, "a list of whole numbers") { $0.elements(\.integer) }
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

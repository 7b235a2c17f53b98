import Basics
import Configuration
import Inputs
import StrictJSON
import Tokenizers
import Transformer

/// A file of JSON Lines with paragraphs and what stands before each: `before` and `after` as texts or tokens, or a
/// `text` that is split behind its first empty line.
struct ParagraphFile: Sendable {
  /// A text or its tokens.
  enum Part: Equatable, Sendable {
    case text(String)
    case tokens([Int])
  }

  /// A line of the file.
  struct Entry: Equatable, Sendable {
    /// The number of the line, counted from 1.
    let number: Int
    /// What stands before the paragraph.
    let before: Part
    /// The paragraph.
    let after: Part
    /// What kind of text it is; empty where the line does not say.
    let task: String
    /// The number of the paragraph whose activations are the mismatched ones, from 0 up; nil where there is none.
    var other: Int?
  }

  /// The file as the person named it.
  let path: String
  /// The lines that hold something.
  let entries: [Entry]

  static let use = "{\"before\": …, \"after\": …}, both texts or lists of tokens, or {\"text\": …} with an empty line"

  /// Reads a file. Throws a `TextFileError` that names the line.
  init(path: String) throws {
    self.path = path
    let lines = try TextDocuments.lines(path)
    let reader = LineReader(path: path, count: lines.count)
    var entries = try lines.map { try reader.entry($0.line, number: $0.number) }
    for index in entries.indices where entries[index].other == nil {
      entries[index].other = ParagraphFile.next(behind: index, in: entries)
    }
    self.entries = entries
    for (index, entry) in entries.enumerated() where entry.other == index {
      throw refusal(entry.number, "other: this is the line itself, number \(index); name another one")
    }
  }

  /// The next line of the same task, the first one behind the last; nil where there is no other.
  private static func next(behind index: Int, in entries: [Entry]) -> Int? {
    (1..<entries.count).lazy.map { (index + $0) % entries.count }.first { entries[$0].task == entries[index].task }
  }

  /// Bytes of all texts and four for each token: about what the tokens are before they are known.
  var byteCount: Int {
    entries.flatMap { [$0.before, $0.after] }.reduce(0) { sum, part in
      switch part {
      case .text(let text): sum + text.utf8.count
      case .tokens(let tokens): sum + tokens.count
      }
    }
  }

  // MARK: Tokens

  /// The paragraphs as tokens of a model, of which so many last ones before each are transplanted and so many are
  /// written behind. Throws a `TextFileError` that names the line.
  func paragraphs(_ tokenizer: (any Tokenizer)?, _ shape: HostShape, count: Int, steps: Int) throws -> Paragraphs {
    let begin = shape.beginToken.map { [$0] } ?? []
    let rows = try entries.map { entry in
      let cut = try tokens(entry, tokenizer)
      try check(cut.before + cut.after, entry, vocabulary: shape.vocabularyCount)
      let before = begin + cut.before.map { Int32($0) }.without(begin)
      let after = cut.after.map { Int32($0) }.without(begin)
      let row = Paragraph(line: entry.number, task: entry.task, before: before, after: after, other: entry.other)
      try check(row, opening: begin.count + count, context: shape.studyContext, steps: steps)
      return row
    }
    return Paragraphs(rows: rows, begin: begin, count: count)
  }

  /// Tokens of both sides. Texts are cut where the tokens of both together have an end between the sides, and where
  /// they have none each side is taken alone.
  private func tokens(_ entry: Entry, _ tokenizer: (any Tokenizer)?) throws -> (before: [Int], after: [Int]) {
    guard case (.text(let before), .text(let after)) = (entry.before, entry.after) else {
      return (try tokens(entry.before, entry, tokenizer), try tokens(entry.after, entry, tokenizer))
    }
    let whole = try tokens(.text(before + after), entry, tokenizer)
    var bytes: [UInt8] = []
    for place in whole.indices.reversed() {
      bytes = (tokenizer?.bytes(of: Int32(whole[place])) ?? []) + bytes
      guard bytes.count >= after.utf8.count else { continue }
      guard bytes.elementsEqual(after.utf8) else { break }
      return (Array(whole[..<place]), Array(whole[place...]))
    }
    return (try tokens(entry.before, entry, tokenizer), try tokens(entry.after, entry, tokenizer))
  }

  private func tokens(_ part: Part, _ entry: Entry, _ tokenizer: (any Tokenizer)?) throws -> [Int] {
    switch part {
    case .tokens(let tokens): return tokens
    case .text(let text):
      guard let tokenizer else {
        throw refusal(entry.number, "the model has no tokenizer for texts; write lists of tokens")
      }
      return try tokenizer.encode(text).map { Int($0) }
    }
  }

  // MARK: Checks

  private func check(_ tokens: [Int], _ entry: Entry, vocabulary: Int) throws {
    guard let foreign = tokens.first(where: { $0 < 0 || $0 >= vocabulary }) else { return }
    throw refusal(
      entry.number,
      "token \(foreign) is not in the model's vocabulary of \(vocabulary); use the tokenizer that belongs to the model")
  }

  private func check(_ row: Paragraph, opening: Int, context: Int, steps: Int) throws {
    guard row.before.count >= opening else {
      throw refusal(
        row.line, "before has \(row.before.count) tokens, and \(opening) are needed; write a longer text before")
    }
    guard !row.after.isEmpty else { throw refusal(row.line, "after is empty; write the paragraph that follows") }
    let needed = row.before.count + max(row.after.count, steps)
    guard needed <= context else {
      throw refusal(
        row.line,
        "\(needed) tokens are needed and the model's context has \(context); shorten before and after, or set steps "
          + "lower")
    }
  }

  /// The error that a line of the file cannot be used.
  func refusal(_ line: Int, _ problem: String) -> TextFileError { .input(path, line: line, problem) }
}

/// Reads the lines of a file of paragraphs.
private struct LineReader {
  let path: String
  /// How many lines there are.
  let count: Int

  func entry(_ line: JSONValue, number: Int) throws -> ParagraphFile.Entry {
    func refusal(_ problem: String) -> TextFileError { .input(path, line: number, problem) }
    let task = line["task"]
    if let task, task.string == nil { throw refusal("task: this is no text; write a name such as \"poem\"") }
    let sides = try sides(line, refusal)
    return ParagraphFile.Entry(
      number: number, before: sides.before, after: sides.after, task: task?.string ?? "",
      other: try line["other"].map { try other($0, refusal) })
  }

  private func sides(
    _ line: JSONValue, _ refusal: (String) -> TextFileError
  ) throws -> (before: ParagraphFile.Part, after: ParagraphFile.Part) {
    guard let text = line["text"] else {
      return (try part("before", line, refusal), try part("after", line, refusal))
    }
    guard let text = text.string else { throw refusal("text: this is no text; write \(ParagraphFile.use)") }
    guard line["before"] == nil, line["after"] == nil else {
      throw refusal("text stands beside before and after; keep one of the two ways")
    }
    guard let empty = text.firstRange(of: "\n\n") else {
      throw refusal(
        "text has no empty line (\\n\\n) to be split behind; put one in front of the paragraph, or write before and "
          + "after")
    }
    return (.text(String(text[..<empty.upperBound])), .text(String(text[empty.upperBound...])))
  }

  private func part(
    _ key: String, _ line: JSONValue, _ refusal: (String) -> TextFileError
  ) throws -> ParagraphFile.Part {
    guard let member = line[key] else { throw refusal("\(key) is missing; write \(ParagraphFile.use)") }
    if let text = member.string { return .text(text) }
    guard let tokens = member.elements(\.integer) else {
      throw refusal("\(key): this is neither a text nor a list of tokens; write one")
    }
    return .tokens(tokens)
  }

  private func other(_ value: JSONValue, _ refusal: (String) -> TextFileError) throws -> Int {
    guard let number = value.integer, (0..<count).contains(number) else {
      throw refusal("other: this is no number of a paragraph; write a whole number from 0 to \(count - 1)")
    }
    return number
  }
}

extension [Int32] {
  /// The tokens without the one that begins a text, where they begin with it.
  fileprivate func without(_ begin: [Int32]) -> [Int32] {
    !begin.isEmpty && starts(with: begin) ? Array(dropFirst(begin.count)) : self
  }
}

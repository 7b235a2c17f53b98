import Configuration
import Inputs
import StrictJSON

/// A text whose words were timed while someone read them.
package struct Passage: Equatable, Sendable {
  /// What is read.
  package enum Content: Equatable, Sendable {
    /// Tokens, and for each word the tokens that it is made of.
    case tokens([Int32], words: [Range<Int>])
    /// A text, whose words are runs of characters that are not white space.
    case text(String)
  }

  /// What is read.
  package let content: Content
  /// The reading time of each word.
  package let times: [Double]
  /// Whether a word begins a sentence.
  package let beginsSentence: [Bool]
  /// The file, for refusals.
  package let path: String
  /// Its line, for refusals.
  package let line: Int

  // MARK: Reading

  /// Reads a file of JSON Lines: text, or tokens with words as [first, end) of them; times; and sentence_start, whether
  /// each word begins a sentence, which of a text may be left out.
  ///
  /// Throws a `TextFileError` that names the line.
  package static func read(_ path: String) throws -> [Passage] {
    try TextDocuments.lines(path).map { try Passage($0.line, path: path, number: $0.number) }
  }

  private init(_ line: JSONValue, path: String, number: Int) throws {
    func refusal(_ problem: String) -> TextFileError { .input(path, line: number, problem) }
    func member<Value>(_ key: String, _ noun: String, _ read: (JSONValue) -> Value?) throws -> Value? {
      guard let found = line[key] else { return nil }
      guard let value = read(found) else { throw refusal("\(key): this is not \(noun); write \(noun)") }
      return value
    }
    guard let times = try member("times", "a list of numbers", { $0.elements(\.number) }) else {
      throw refusal("times is missing; write the reading time of each word")
    }
    content = try Passage.content(line, refusal: refusal)
    let words = Passage.strings(content)
    guard let count = words?.count ?? Passage.ranges(content)?.count, count == times.count else {
      let count = words?.count ?? Passage.ranges(content)?.count ?? 0
      throw refusal("there are \(count) words and \(times.count) times; write a time for each word")
    }
    let starts = try member("sentence_start", "a list of true and false", { $0.elements(\.flag) })
    guard starts.map({ $0.count == count }) ?? true else {
      throw refusal("there are \(count) words and sentence_start says \(starts?.count ?? 0); write one for each word")
    }
    self.times = times
    beginsSentence = starts ?? Passage.sentenceStarts(words, count: count)
    (self.path, self.line) = (path, number)
  }

  private static func content(_ line: JSONValue, refusal: (String) -> TextFileError) throws -> Content {
    if let text = line["text"]?.string {
      guard line["tokens"] == nil else { throw refusal("text and tokens are both there; keep one of them") }
      guard text.contains(where: { !$0.isWhitespace }) else { throw refusal("text: there is no word; write some") }
      return .text(text)
    }
    guard let tokens = line["tokens"]?.elements({ $0.integer.flatMap(Int32.init(exactly:)) }), !tokens.isEmpty else {
      throw refusal("there is neither a text nor a list of tokens; write one of them")
    }
    let words = line["words"]?.elements { word -> Range<Int>? in
      guard let ends = word.elements(\.integer), ends.count == 2, 0 <= ends[0], ends[0] < ends[1],
        ends[1] <= tokens.count
      else { return nil }
      return ends[0]..<ends[1]
    }
    guard let words, !words.isEmpty, zip(words, words.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
      throw refusal("words: this is no list of [first, end) of the \(tokens.count) tokens, one behind the other")
    }
    return .tokens(tokens, words: words)
  }

  private static func ranges(_ content: Content) -> [Range<Int>]? {
    if case .tokens(_, let words) = content { words } else { nil }
  }

  /// Whether tokens are given, which need no tokenizer.
  var isTokens: Bool { if case .tokens = content { true } else { false } }

  /// The words of a text; nil of tokens.
  private static func strings(_ content: Content) -> [Substring]? {
    if case .text(let text) = content { text.split(whereSeparator: \.isWhitespace) } else { nil }
  }

  /// Whether each word begins a sentence: the first one, and those behind a word that ends with a full stop, a question
  /// mark or an exclamation mark.
  private static func sentenceStarts(_ words: [Substring]?, count: Int) -> [Bool] {
    (0..<count).map { place in place == 0 || words?[place - 1].last.map { ".!?".contains($0) } == true }
  }
}

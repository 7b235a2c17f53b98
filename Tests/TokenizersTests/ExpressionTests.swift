import Testing
import Tokenizers

/// Regular expressions of strangers' files: what they cut, and what becomes of hostile ones.
struct ExpressionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The words into which a step cuts a text, spelled by a vocabulary of the letters a and b, a space and a digit.
  private func words(of text: String, _ step: String) throws -> [String] {
    let words = [
      "a", "b", " ", "1", "aa", "ab", " a", "a ", "1a", "a1", "11", " 1", "1 ", "  ", "b1", "bb", "a  ", "  a",
    ]
    let vocabulary = words.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
    let document = """
      {"model":{"type":"WordLevel","vocab":{\(vocabulary)},"unk_token":"b"},"pre_tokenizer":\(step)}
      """
    let tokenizer = try folder.load(document)
    return try tokenizer.encode(text).compactMap { tokenizer.token($0) }
  }

  private func split(_ pattern: String, _ behavior: String, invert: Bool = false) -> String {
    #"{"type":"Split","pattern":\#(pattern),"behavior":"\#(behavior)","invert":\#(invert)}"#
  }

  @Test(arguments: [
    ("Isolated", ["a", "1", "1", "a"]), ("Removed", ["a", "a"]), ("MergedWithPrevious", ["a1", "1", "a"]),
    ("MergedWithNext", ["a", "1", "1a"]), ("Contiguous", ["a", "11", "a"]),
  ])
  func behaviors(behavior: String, expected: [String]) throws {
    #expect(try words(of: "a11a", split(#"{"Regex":"[0-9]"}"#, behavior)) == expected)
    #expect(try words(of: "a11a", split(#"{"String":"1"}"#, behavior)) == expected)
    #expect(try words(of: "a11a", split(#"{"Regex":"a|(?!1)$"}"#, behavior, invert: true)).isEmpty == false)
  }

  @Test func inverted() throws {
    #expect(try words(of: "a11a", split(#"{"Regex":"1+"}"#, "Removed", invert: true)) == ["11"])
    #expect(try words(of: "a 1", split(#"{"String":" "}"#, "Isolated", invert: true)) == ["a", " ", "1"])
  }

  /// Oniguruma's own: a look back, possessive and lazy repetition, properties, case and matches of nothing.
  @Test(arguments: [
    (#"(?<=a)1"#, ["a", "1", "1a"]), (#"a?+1"#, ["a1", "1", "a"]), (#"\\p{L}"#, ["a", "11", "a"]),
    (#"(?i:A)"#, ["a", "11", "a"]), (#"b*"#, ["a", "1", "1", "a"]), (#"\\G."#, ["a", "1", "1", "a"]), (#"\\z"#, ["b"]),
  ])
  func syntax(expression: String, expected: [String]) throws {
    #expect(try words(of: "a11a", split(#"{"Regex":"\#(expression)"}"#, "Isolated")) == expected)
  }

  @Test(arguments: ["(a+)+$", "(a|a)*$", "(a|aa)+$", #"(?:a|a)+\\z"#])
  func hostileExpressionsAreGivenUp(expression: String) throws {
    let tokenizer = try folder.load(
      """
      {"model":{"type":"WordLevel","vocab":{"b":0},"unk_token":"b"},"pre_tokenizer":
      \(split(#"{"Regex":"\#(expression)"}"#, "Isolated"))}
      """
    )
    let message = #expect(throws: TokenizerError.self) {
      try tokenizer.encode(String(repeating: "a", count: 5_000) + "!")
    }?.description
    #expect(message?.contains("a regular expression of it was given up: Oniguruma says: ") == true, "\(message ?? "")")
    #expect(try tokenizer.encode("a") == [0])
  }

  @Test func replacementsByExpression() throws {
    let document = #"""
      {"model":{"type":"WordLevel","vocab":{"a-a":0,"-a-":1,"b":2},"unk_token":"b"},
      "normalizer":{"type":"Replace","pattern":{"Regex":"[0-9]+"},"content":"-"}}
      """#
    let tokenizer = try folder.load(document)
    #expect(try tokenizer.encode("a17a") == [0] && tokenizer.encode("1a23") == [1] && tokenizer.encode("a1") == [2])
  }
}

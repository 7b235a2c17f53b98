import Configuration
import Foundation
import Inputs
import Screen
import Testing
import Tokenizers
import Transformer

/// A tokenizer of one token a byte, with 1 in front of every text: token = byte + offset.
private struct ByteTokenizer: Tokenizer {
  var offset: Int32 = 0
  var beginToken: Int32? = 1
  var vocabularyCount: Int { 256 + Int(offset) }

  func encode(_ text: String) -> [Int32] { [beginToken].compactMap { $0 } + text.utf8.map { Int32($0) + offset } }
  func decode(_ tokens: [Int32]) -> String {
    String(decoding: tokens.map { UInt8(truncatingIfNeeded: $0 - offset) }, as: UTF8.self)
  }
  func bytes(of token: Int32) -> [UInt8] { [UInt8(truncatingIfNeeded: token - offset)] }
  func token(_ id: Int32) -> String? { decode([id]) }
}

/// A tokenizer that knows no letters but x.
private struct PoorTokenizer: Tokenizer {
  let vocabularyCount = 2
  let beginToken: Int32? = nil

  func encode(_ text: String) -> [Int32] { text.utf8.map { $0 == UInt8(ascii: "x") ? 1 : 0 } }
  func decode(_ tokens: [Int32]) -> String { "" }
  func bytes(of token: Int32) -> [UInt8] { [] }
  func token(_ id: Int32) -> String? { nil }
}

/// A tokenizer that finds nothing in any text.
private struct EmptyTokenizer: Tokenizer {
  let vocabularyCount = 1
  let beginToken: Int32? = nil

  func encode(_ text: String) -> [Int32] { [] }
  func decode(_ tokens: [Int32]) -> String { "" }
  func bytes(of token: Int32) -> [UInt8] { [] }
  func token(_ id: Int32) -> String? { nil }
}

struct InputsTests {
  private static let good = #"{"id": "a", "task": "t", "prompt": "x"}"#

  /// The inputs in a file with these bytes, for the shape of the demo model: vocabulary 512, context 256.
  private static func load(
    _ bytes: [UInt8], tokenizer: any Tokenizer = ByteTokenizer(), perTask: Int? = nil, stepCount: Int = 32
  ) throws -> [ScreenInput] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("inputs-\(UUID().uuidString).jsonl").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      return try InputsFile.load(
        path: path, tokenizer: tokenizer, perTask: perTask, model: ConfigurationTests.demoShape(), stepCount: stepCount)
    } catch let error as TextFileError {
      #expect(error.description.hasPrefix(path + ": "))
      throw TextFileError(error.description.replacingOccurrences(of: path, with: "FILE"))
    }
  }

  private static func load(
    _ lines: String..., tokenizer: any Tokenizer = ByteTokenizer(), perTask: Int? = nil, stepCount: Int = 32
  ) throws -> [ScreenInput] {
    try load(
      Array(lines.joined(separator: "\n").utf8), tokenizer: tokenizer, perTask: perTask, stepCount: stepCount)
  }

  // MARK: What is read

  @Test func readsTheDemo() throws {
    let folder = ConfigurationTests.root.path + "/configs/demo"
    let tokenizer = try TokenizerFile.load(folder + "/model")
    func load(perTask: Int?) throws -> [ScreenInput] {
      try InputsFile.load(
        path: folder + "/inputs.jsonl", tokenizer: tokenizer, perTask: perTask, model: ConfigurationTests.demoShape(),
        stepCount: 32)
    }
    let all = try load(perTask: nil)
    #expect(all.count == 48)
    #expect(Dictionary(grouping: all, by: \.task).mapValues(\.count).values.allSatisfy { $0 == 6 })
    #expect(all[0].id == "facts-1")
    #expect(all[0].prompt == "In Cuba, the capital is")
    #expect(all[0].answer == "Havana")
    #expect(all[0].choices == nil)
    for input in all {
      #expect(
        (input.choices == nil) == (input.task != "choice") && (input.answerChoice == nil) == (input.choices == nil))
    }
    let choice = try #require(all.first { $0.task == "choice" })
    #expect(choice.choices == ["A", "B", "C", "D"] && choice.answer == "C" && choice.answerChoice == 2)
    // This vocabulary has no letter with a space in front.
    #expect(
      choice.letters.map { tokenizer.decode(choice.tokens + [$0]) } == ["A", "B", "C", "D"].map { choice.prompt + $0 })
    for input in all {
      #expect(input.tokens.first == 1)
      #expect(tokenizer.decode(input.tokens) == input.prompt)
    }
    let some = try load(perTask: 3)
    #expect(some.count == 24)
    #expect(some.map(\.id) == all.filter { "123".contains($0.id.suffix(1)) }.map(\.id))
    #expect(try load(perTask: 100).count == 48)
  }

  @Test func readsTokensAsTheyAre() throws {
    let inputs = try Self.load(#"{"id":"a","task":"t","tokens":[72, 105],"answer":null,"choices":["A"]}"#)
    #expect(inputs[0].tokens == [72, 105])
    #expect(inputs[0].prompt == "Hi")
    #expect(inputs[0].answer == nil)
    #expect(inputs[0].choices == ["A"])
    #expect(try Self.load(#"{"id":"a","task":"t","tokens":[0, 511]}"#)[0].tokens == [0, 511])
  }

  @Test func smallDifferencesOfWritingDoNotMatter() throws {
    let text = "\u{FEFF}\r\n \t\n\(Self.good)\r\n\n{\"prompt\":\"\\u00e9\\n\",\"task\":\"t\",\"id\":\"b\"}"
    let inputs = try Self.load(Array(text.utf8))
    #expect(inputs.map(\.id) == ["a", "b"])
    #expect(inputs[1].prompt == "é\n")
  }

  @Test func longestPromptIsTheOneThatJustFits() throws {
    // One begin token, so 224 characters are 225 tokens, and 225 + 32 - 1 is the context of 256.
    func line(_ length: Int) -> String {
      "{\"id\": \"a\", \"task\": \"t\", \"prompt\": \"\(String(repeating: "x", count: length))\"}"
    }
    #expect(try Self.load(line(224))[0].tokens.count == 225)
    let sentence = try #require(ConfigurationTests.sentence { try Self.load("", line(225)) })
    #expect(sentence.hasPrefix("FILE: line 2: the prompt has 226 tokens, and with 32 steps"))
    #expect(sentence.contains("context of 256"))
    #expect(ConfigurationTests.sentence { try Self.load(Self.good, stepCount: 32767) }?.contains("32767 steps") == true)
  }

  @Test func inputsThatAreLeftOutNeedNotFit() throws {
    let long = "{\"id\": \"b\", \"task\": \"t\", \"prompt\": \"\(String(repeating: "x", count: 300))\"}"
    #expect(try Self.load(Self.good, long, perTask: 1).map(\.id) == ["a"])
    #expect(ConfigurationTests.sentence { try Self.load(Self.good, long) } != nil)
  }

  @Test func answersAreLettersOrTexts() throws {
    func choice(_ answer: String, _ choices: String) throws -> Int? {
      try Self.load(#"{"id":"a","task":"t","prompt":"x","answer":"\#(answer)","choices":\#(choices)}"#)[0].answerChoice
    }
    #expect(try choice("B", #"["no", "yes"]"#) == 1 && choice("no", #"["no", "yes"]"#) == 0)
    // A letter comes first.
    #expect(try choice("A", #"["B", "A"]"#) == 0)
    let letters = try Self.load(#"{"id":"a","task":"t","prompt":"x","choices":["no","yes"]}"#)[0]
    #expect(letters.letters == [65, 66] && letters.answerChoice == nil)
    #expect(try Self.load(Self.good)[0].letters.isEmpty)
  }

  @Test func lettersThatAreNoTokensAreRefused() throws {
    let line = #"{"id":"a","task":"t","prompt":"x","choices":["no","yes"]}"#
    let sentence = ConfigurationTests.sentence { try Self.load(line, tokenizer: PoorTokenizer()) }
    #expect(sentence?.contains("line 1: choices: the letters from A to B are no single tokens") == true)
  }

  // MARK: What is refused

  static let refusals: [Refusal] = [
    Refusal("", line: nil, "there are no inputs"),
    Refusal("\n \r\n", line: nil, "there are no inputs"),
    Refusal(#"{"id": "b", "task": "t""#, line: 3, "not a JSON object"),
    Refusal("[1]", line: 3, "not a JSON object"),
    Refusal(String(repeating: "[", count: 100_000), line: 3, "not a JSON object"),
    Refusal(String(repeating: "{\"id\":", count: 100_000), line: 3, "not a JSON object"),
    Refusal("{} {}", line: 3, "not a JSON object"),
    Refusal(
      #"{"id": "b", "task": "t", "prompt": "x", "prompt": "y"}"#, line: 3, "the key 'prompt' occurs more than once"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "id": "c"}"#, line: 3, "the key 'id' occurs more than once"),
    Refusal(#"{"task": "t", "prompt": "x"}"#, line: 3, "id is missing"),
    Refusal(#"{"id": 7, "task": "t", "prompt": "x"}"#, line: 3, "id: the value is not a string"),
    Refusal(#"{"id": "", "task": "t", "prompt": "x"}"#, line: 3, "id:", "is empty"),
    Refusal(#"{"id": "a\u0000", "task": "t", "prompt": "x"}"#, line: 3, "id:", "control character"),
    Refusal(#"{"id": "a", "task": "t", "prompt": "x"}"#, line: 3, "'a' is the id of line 1 too"),
    Refusal(#"{"id": "b", "prompt": "x"}"#, line: 3, "task is missing"),
    Refusal(#"{"id": "b", "task": ["t"], "prompt": "x"}"#, line: 3, "task: the value is not a string"),
    Refusal(#"{"id": "b", "task": "t"}"#, line: 3, "prompt is missing"),
    Refusal(#"{"id": "b", "task": "t", "prompt": ""}"#, line: 3, "prompt: the text is empty"),
    Refusal(#"{"id": "b", "task": "t", "prompt": 3}"#, line: 3, "prompt: the value is not a string"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "tokens": [1]}"#, line: 3, "prompt and tokens are both there"),
    Refusal(#"{"id": "b", "task": "t", "tokens": []}"#, line: 3, "tokens: the list is empty"),
    Refusal(#"{"id": "b", "task": "t", "tokens": [1, "2"]}"#, line: 3, "tokens: the value is not a list of whole"),
    Refusal(#"{"id": "b", "task": "t", "tokens": [1.5]}"#, line: 3, "tokens: the value is not a list of whole"),
    Refusal(#"{"id": "b", "task": "t", "tokens": [1e30]}"#, line: 3, "tokens: the value is not a list of whole"),
    Refusal(#"{"id": "b", "task": "t", "tokens": [1, 512]}"#, line: 3, "tokens: 512 is not", "0 to 511"),
    Refusal(#"{"id": "b", "task": "t", "tokens": [-1]}"#, line: 3, "tokens: -1 is not"),
    Refusal(#"{"id": "b", "task": "t", "tokens": [4294967297]}"#, line: 3, "tokens: 4294967297 is not"),
    Refusal(
      #"{"id": "b", "task": "t", "prompt": "x", "label": 1}"#, line: 3, "'label' is not a key", "id, task, prompt"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "answer": 4}"#, line: 3, "answer: the value is not a string"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "choices": "AB"}"#, line: 3, "choices: the value is not a list"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "choices": [1]}"#, line: 3, "choices: the value is not a list"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "choices": []}"#, line: 3, "choices: there are 0; write 1 to 26"),
    Refusal(
      #"{"id": "b", "task": "t", "prompt": "x", "choices": [\#((0..<27).map { "\"\($0)\"" }.joined(separator: ","))]}"#,
      line: 3, "choices: there are 27"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "choices": ["a", ""]}"#, line: 3, "choices: '' is empty"),
    Refusal(#"{"id": "b", "task": "t", "prompt": "x", "choices": ["a\nb"]}"#, line: 3, "holds a line break"),
    Refusal(
      #"{"id": "b", "task": "t", "prompt": "x", "answer": "C", "choices": ["a", "b"]}"#, line: 3,
      "answer: 'C' is none of the choices"),
  ]

  @Test(arguments: refusals) func refusesWithTheLine(_ refusal: Refusal) throws {
    let sentence = try #require(
      ConfigurationTests.sentence {
        refusal.line == nil ? try Self.load(refusal.text) : try Self.load(Self.good, "", refusal.text)
      })
    #expect(sentence.hasPrefix(refusal.line.map { "FILE: line \($0): " } ?? "FILE: "))
    for word in refusal.words { #expect(sentence.contains(word), "\(sentence)") }
    #expect(!sentence.contains("\n"))
  }

  @Test func bytesThatAreNotTextAreRefused() throws {
    let bytes = Array((Self.good + "\n").utf8) + Array(#"{"id": ""#.utf8) + [0xC3, 0x28] + Array("\"}\n".utf8)
    #expect(
      ConfigurationTests.sentence { try Self.load(bytes) }?.hasPrefix("FILE: line 2: the text is not UTF-8") == true)
  }

  @Test func aTokenizerOfAnotherModelIsRefused() throws {
    let sentence = try #require(
      ConfigurationTests.sentence { try Self.load(Self.good, tokenizer: ByteTokenizer(offset: 1000)) })
    #expect(
      sentence.hasPrefix("FILE: line 1: prompt: the tokenizer gives token 1120, and the model's vocabulary has 512"))
    let none = ConfigurationTests.sentence { try Self.load(Self.good, tokenizer: EmptyTokenizer()) }
    #expect(none?.contains("line 1: prompt: the tokenizer makes no tokens") == true)
  }

  @Test func tooManyInputsAreRefused() throws {
    var bytes: [UInt8] = []
    for number in 0...65_535 { bytes += Array("{\"id\":\"\(number)\",\"task\":\"t\",\"tokens\":[1]}\n".utf8) }
    let sentence = ConfigurationTests.sentence { try Self.load(bytes) }
    #expect(sentence?.hasPrefix("FILE: line 65536: there are more than 65535 inputs") == true)
    #expect(try Self.load(bytes, perTask: 65_535).count == 65_535)
  }

  @Test func filesThatAreTooLargeAreRefused() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("inputs-\(UUID().uuidString).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    // A file with a hole takes no space.
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    #expect(truncate(path, 1 << 30 + 1) == 0)
    let shape = try ConfigurationTests.demoShape()
    let sentence = ConfigurationTests.sentence {
      try InputsFile.load(path: path, tokenizer: ByteTokenizer(), perTask: nil, model: shape, stepCount: 1)
    }
    #expect(sentence?.contains("1073741825 bytes") == true)
    let line = Array(Self.good.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 1 << 24) + [UInt8(ascii: "x")]
    #expect(ConfigurationTests.sentence { try Self.load(line) }?.contains("line 1: the line has") == true)
  }
}

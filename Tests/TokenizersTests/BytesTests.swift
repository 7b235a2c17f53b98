import Foundation
import Testing
import Tokenizers

/// The joined bytes of a continuation are what decoding adds for it to the text of a prompt.
struct BytesTests {
  private struct Row: Decodable {
    let ids: [Int32]
  }

  private struct Reference: Decodable {
    struct Continuation: Decodable {
      let prompt_ids: [Int32]
      let ids: [Int32]
    }

    let inputs: [Continuation]
  }

  /// What decoding `tokens` behind `prompt` adds; nil where the two cannot be told apart: the prompt has no text yet, a
  /// character reaches from one into the other, or some bytes are no UTF-8.
  private func added(_ tokens: [Int32], behind prompt: [Int32], _ tokenizer: any Tokenizer) -> [UInt8]? {
    let before = Array(tokenizer.decode(prompt).utf8)
    let both = tokenizer.decode(prompt + tokens)
    guard !before.isEmpty, both.utf8.starts(with: before), !both.unicodeScalars.contains("\u{FFFD}") else { return nil }
    return Array(both.utf8.dropFirst(before.count))
  }

  private func joined(_ tokens: [Int32], _ tokenizer: any Tokenizer) -> [UInt8] {
    tokens.flatMap { tokenizer.bytes(of: $0) }
  }

  @Test(arguments: FixtureTests.styles)
  func everySplitOfEveryFixture(style: String) throws {
    let folder = Places.fixtures.appendingPathComponent(style)
    let tokenizer = try TokenizerFile.load(folder.path)
    var compared = 0
    for row in try Places.json(folder.appendingPathComponent("expected.json"), as: [Row].self) {
      for split in row.ids.indices {
        let (prompt, rest) = (Array(row.ids[..<split]), Array(row.ids[split...]))
        guard let expected = added(rest, behind: prompt, tokenizer) else { continue }
        #expect(joined(rest, tokenizer) == expected, "\(prompt) | \(rest)")
        compared += 1
      }
    }
    #expect(compared > 1_000, "\(compared)")
  }

  @Test func continuationsOfTheDemoModel() throws {
    let tokenizer = try TokenizerFile.load(Places.demo.appendingPathComponent("model").path)
    let reference = try Places.json(Places.demo.appendingPathComponent("reference.json"), as: Reference.self)
    for input in reference.inputs {
      let expected = try #require(added(input.ids, behind: input.prompt_ids, tokenizer))
      #expect(joined(input.ids, tokenizer) == expected)
    }
  }

  /// Bytes of one character in several tokens, which decoding alone could not give back.
  @Test(arguments: ["llama2", "llama3", "gpt2", "mistral"])
  func partsOfCharactersAreKept(style: String) throws {
    let tokenizer = try TokenizerFile.load(Places.fixtures.appendingPathComponent(style).path)
    let text = "a\u{1F680}\u{4E2D}"
    let tokens = try tokenizer.encode(text)
    #expect(tokens.count > 4)
    #expect(String(decoding: joined(tokens, tokenizer), as: UTF8.self).hasSuffix(text))
  }

  @Test func whatAddsNothing() throws {
    let tokenizer = try TokenizerFile.load(Places.demo.appendingPathComponent("model").path)
    for token: Int32 in [1, 2, -1, 512, .max, .min] { #expect(tokenizer.bytes(of: token).isEmpty) }
    let bare = try TemporaryFolder().load(#"{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}"#)
    // Without a decoder spellings are joined with spaces.
    #expect(bare.bytes(of: 0) == Array(" a".utf8) && bare.bytes(of: 7).isEmpty)
  }

  @Test(
    .enabled(if: Places.hasShared, "the shared test data is not here"),
    arguments: ["stories260K/tok512.bin", "tokenizer-llama2/tokenizer.bin", "tokenizer-llama2", "tokenizer-gpt2"])
  func publishedVocabularies(file: String) throws {
    let tokenizer = try TokenizerFile.load(Places.shared.appendingPathComponent(file).path)
    let story = try Places.text(Places.demo.appendingPathComponent("text/story.txt"))
    let tokens = try tokenizer.encode(String(story.prefix(3000)) + " déjà vu \u{1F680}")
    for split in stride(from: 2, to: tokens.count, by: 29) {
      let (prompt, rest) = (Array(tokens[..<split]), Array(tokens[split...]))
      #expect(try joined(rest, tokenizer) == #require(added(rest, behind: prompt, tokenizer)))
    }
  }
}

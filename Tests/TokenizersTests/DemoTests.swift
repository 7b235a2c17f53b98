import Foundation
import Testing
import Tokenizers

/// Agreement with the demo model's reference.
struct DemoTests {
  private struct Input: Decodable {
    let id: String
    let prompt: String
  }

  private struct Reference: Decodable {
    struct Continuation: Decodable {
      let id: String
      let prompt_ids: [Int32]
      let ids: [Int32]
      let text: String
    }

    let inputs: [Continuation]
  }

  private func load() throws -> any Tokenizer {
    try TokenizerFile.load(Places.demo.appendingPathComponent("model").path)
  }

  @Test func properties() throws {
    let tokenizer = try load()
    #expect(tokenizer.vocabularyCount == 512)
    #expect(tokenizer.beginToken == 1)
    #expect(tokenizer.token(1) == "<s>")
    #expect(tokenizer.token(-1) == nil)
    #expect(tokenizer.token(512) == nil)
    #expect(try tokenizer.encode("") == [1])
    #expect(tokenizer.decode([1, 2, -5, 512, .max, .min]).isEmpty)
  }

  @Test func promptsAndContinuations() throws {
    let tokenizer = try load()
    let lines = try Places.text(Places.demo.appendingPathComponent("inputs.jsonl")).split(separator: "\n")
    let inputs = try lines.map { try JSONDecoder().decode(Input.self, from: Data($0.utf8)) }
    let reference = try Places.json(Places.demo.appendingPathComponent("reference.json"), as: Reference.self)
    #expect(inputs.count == 48)
    #expect(inputs.map { $0.id } == reference.inputs.map { $0.id })
    for (input, expected) in zip(inputs, reference.inputs) {
      #expect(try tokenizer.encode(input.prompt) == expected.prompt_ids, "\(input.id)")
      #expect(tokenizer.decode(expected.prompt_ids).isSame(as: input.prompt), "\(input.id)")
      // The reference spells special tokens out.
      let text = ["<s>", "</s>"].reduce(expected.text) { $0.replacingOccurrences(of: $1, with: "") }
      #expect(tokenizer.decode(expected.ids).isSame(as: text), "\(input.id)")
    }
  }

  @Test func textsComeBack() throws {
    let tokenizer = try load()
    let folder = Places.demo.appendingPathComponent("text")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(files.count == 8)
    for file in files {
      let text = try Places.text(file)
      #expect(try tokenizer.decode(tokenizer.encode(text)).isSame(as: text), "\(file.lastPathComponent)")
    }
  }

  @Test func bytesThatAreNotTextBecomeReplacements() throws {
    let tokenizer = try load()
    let tokens = try tokenizer.encode("é")
    #expect(tokens.count == 3)
    #expect(tokenizer.decode(Array(tokens.dropLast())) == "\u{FFFD}")
  }
}

import Foundation
import Testing
import Tokenizers

/// Agreement on 76 hostile texts with what other programs make of them: Hugging Face tokenizers for published
/// vocabularies, llama.cpp for those inside GGUF files.
@Suite(.enabled(if: Places.hasSharedHosts, "the shared hosts are not here"))
struct SharedHostsTests {
  private struct Published: Decodable {
    let texts: [String]
    let ids: [String: [[Int32]]]
  }

  private struct InsideFiles: Decodable {
    struct File: Decodable {
      let ids: [[Int32]]
    }

    let texts: [String]
    let files: [String: File]
  }

  private struct ModelReference: Decodable {
    struct Prompt: Decodable {
      let text: String
      let tokens: [Int32]
      let greedy: [Int32]
      let text_of_continuation: String
    }

    let prompts: [Prompt]
  }

  private func check(_ tokenizer: any Tokenizer, _ texts: [String], _ ids: [[Int32]]) throws {
    #expect(texts.count == 76 && ids.count == 76)
    for (text, expected) in zip(texts, ids) {
      #expect(try tokenizer.encode(text) == expected, "\(text.debugDescription)")
    }
  }

  // MARK: tokenizer.json

  private static let published = ["qwen2", "llama3", "deepseek", "gemma3", "gpt2", "llama2"]

  /// Where a vocabulary is: of two in the shared data, of the others where `build.py UNPACKED .build/tokenizers
  /// GEMMA.gguf` of the shared hosts made them.
  private static func place(of name: String) -> URL {
    ["gpt2", "llama2"].contains(name)
      ? Places.shared.appendingPathComponent("tokenizer-\(name)/tokenizer.json")
      : Places.package.appendingPathComponent(".build/tokenizers/\(name)/tokenizer.json")
  }

  @Test(
    "Published vocabularies that are here",
    arguments: published.filter { FileManager.default.fileExists(atPath: place(of: $0).path) })
  func publishedVocabularies(name: String) throws {
    let file = Places.sharedHosts.appendingPathComponent("tokenizers/expected.json")
    let expected = try Places.json(file, as: Published.self)
    let tokenizer = try TokenizerFile.load(Self.place(of: name).path)
    try check(tokenizer, expected.texts, try #require(expected.ids[name]))
  }

  /// Vocabularies of special tokens and bytes, in the shape of every family.
  @Test(
    arguments: [
      "bert", "bloom", "falcon", "gemma2", "gemma3", "gemma3-nested", "gpt-neo", "gpt2", "olmo2", "opt", "phi3",
      "pythia", "qwen3", "roberta", "smollm3",
    ])
  func tokenizersOfFamilies(name: String) throws {
    let tokenizer = try TokenizerFile.load(Places.sharedHosts.appendingPathComponent(name).path)
    #expect(tokenizer.vocabularyCount == 272)
    #expect(tokenizer.decode(try tokenizer.encode("The café, 12 = 3\n")) == "The café, 12 = 3\n")
  }

  // MARK: GGUF

  @Test(arguments: ["llama-f16", "gemma3-mixed", "qwen2-q4_1", "gpt2-f16"])
  func vocabulariesInsideFiles(name: String) throws {
    let folder = Places.sharedHosts.appendingPathComponent("gguf")
    let expected = try Places.json(folder.appendingPathComponent("tokenizer-expected.json"), as: InsideFiles.self)
    let path = folder.appendingPathComponent(name + "/model.gguf").path
    let tokenizer = try TokenizerFile.load(ofModel: path, remedy: "")
    try check(tokenizer, expected.texts, try #require(expected.files[name]).ids)
  }

  @Test func splitFileHasItsVocabularyInTheFirstPart() throws {
    let folder = Places.sharedHosts.appendingPathComponent("gguf")
    let whole = try TokenizerFile.load(folder.appendingPathComponent("llama-q4_0/model.gguf").path)
    for part in ["00001", "00002", "00003"] {
      let path = folder.appendingPathComponent("llama-q4_0-split/model-\(part)-of-00003.gguf").path
      let split = try TokenizerFile.load(ofModel: path, remedy: "")
      #expect(split.vocabularyCount == whole.vocabularyCount)
      #expect(try split.encode("The king's horse") == whole.encode("The king's horse"))
    }
  }

  private static let gemma = Places.package.appendingPathComponent(".build/models/gemma-3-270m-q4_k_m.gguf").path

  @Test(.enabled(if: FileManager.default.fileExists(atPath: gemma), "Gemma 3 270M is not here: make gemma"))
  func gemma270M() throws {
    let tokenizer = try TokenizerFile.load(ofModel: Self.gemma, remedy: "")
    let published = try Places.json(
      Places.sharedHosts.appendingPathComponent("tokenizers/expected.json"), as: Published.self)
    let reference = try Places.json(
      Places.sharedHosts.appendingPathComponent("gemma-3-270m/reference.json"), as: ModelReference.self)
    #expect(tokenizer.vocabularyCount == 262_144 && reference.prompts.count == 3)
    for prompt in reference.prompts {
      #expect(try tokenizer.encode(prompt.text) == prompt.tokens)
      #expect(tokenizer.decode(prompt.greedy).isSame(as: prompt.text_of_continuation))
    }
    let ids = try #require(published.ids["gemma3"])
    let same = try zip(published.texts, ids).filter { try tokenizer.encode($0) == $1 }
    // The library takes the 40 spaces of one text in other parts.
    #expect(same.count >= 75)
  }
}

import Foundation
import Testing
import TestSupport
import Tokenizers

/// Agreement with the tokens that other programs made of the same texts, for published vocabularies.
@Suite(.enabled(if: Places.hasShared, "the shared test data is not here"))
struct ReferenceTests {
  private struct EncodedText: Decodable {
    let text: String
    let token_ids: [Int32]
  }

  private struct SpelledText: Decodable {
    let text: String
    let bpe_tokens: [String]?
    let tokens: [String]?
  }

  private struct GreedyReferences: Decodable {
    struct Reference: Decodable {
      let tokenizer_file: String
      let prompt: String
      let prompt_ids: [Int32]
      let greedy_ids: [Int32]
      let text: String
    }

    let references: [Reference]
  }

  @Test(
    "47 texts of llama.cpp",
    arguments: [
      ("tokenizer-llama2/tokenizer.json", "tokenizer-llama2/ggml-vocab-llama-spm.gguf"),
      ("tokenizer-llama2/tokenizer.bin", "tokenizer-llama2/ggml-vocab-llama-spm.gguf"),
      ("tokenizer-gpt2/tokenizer.json", "tokenizer-gpt2/ggml-vocab-gpt-2.gguf"),
    ])
  func llamaTexts(file: String, vectors: String) throws {
    let tokenizer = try TokenizerFile.load(Places.shared.appendingPathComponent(file).path)
    let texts = try Places.text(Places.shared.appendingPathComponent(vectors + ".inp"))
      .components(separatedBy: "\n__ggml_vocab_test__\n")
    let lines = try Places.text(Places.shared.appendingPathComponent(vectors + ".out"))
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(texts.count >= 47)
    for (text, line) in zip(texts, lines) {
      let expected = line.split(separator: " ").compactMap { Int32($0) }
      let encoded = try tokenizer.encode(text)
      let tokens = encoded.first == tokenizer.beginToken ? Array(encoded.dropFirst()) : encoded
      #expect(tokens == expected, "\(text.debugDescription)")
      #expect(tokenizer.decode(encoded).isSame(as: text), "\(text.debugDescription)")
    }
  }

  @Test func llamaEncodedText() throws {
    let folder = Places.shared.appendingPathComponent("tokenizer-llama2")
    let reference = try Places.json(folder.appendingPathComponent("llama_encoded.json"), as: EncodedText.self)
    for file in ["tokenizer.json", "tokenizer.bin"] {
      let tokenizer = try TokenizerFile.load(folder.appendingPathComponent(file).path)
      #expect(try tokenizer.encode(reference.text) == reference.token_ids)
      #expect(tokenizer.decode(reference.token_ids).isSame(as: reference.text))
    }
  }

  @Test func gpt2EncodedText() throws {
    let folder = Places.shared.appendingPathComponent("tokenizer-gpt2")
    let reference = try Places.json(folder.appendingPathComponent("gpt2_encoded_tokens.json"), as: SpelledText.self)
    let expected = try #require(reference.bpe_tokens ?? reference.tokens)
    let tokenizer = try TokenizerFile.load(folder.path)
    let encoded = try tokenizer.encode(reference.text)
    #expect(encoded.map { tokenizer.token($0) } == expected)
    #expect(tokenizer.decode(encoded).isSame(as: reference.text))
    #expect(tokenizer.beginToken == nil)
    #expect(tokenizer.vocabularyCount == 50257)
  }

  @Test("Greedy continuations", arguments: ["stories260K", "babyllama-tok105", "llama2xs-tok512"])
  func greedyContinuations(folder: String) throws {
    let folder = Places.shared.appendingPathComponent(folder)
    let file = folder.appendingPathComponent("reference-greedy.json")
    let references = try Places.json(file, as: GreedyReferences.self).references
    #expect(!references.isEmpty)
    for reference in references {
      let path = folder.appendingPathComponent(reference.tokenizer_file).standardizedFileURL.path
      let tokenizer = try TokenizerFile.load(path)
      #expect(try tokenizer.encode(reference.prompt) == reference.prompt_ids)
      #expect(tokenizer.decode(reference.greedy_ids).isSame(as: reference.text))
    }
  }

  @Test func textUnknownToACharacterVocabulary() throws {
    let path = Places.shared.appendingPathComponent("babyllama-tok105/derived-tok105.bin").path
    let tokenizer = try TokenizerFile.load(path)
    // As SentencePiece has it: a run of unknown characters is one unknown token.
    #expect(try tokenizer.encode("a\n\nb") == [1, 3, 5, 0, 23])
  }

  @Test(
    "Random text comes back",
    arguments: [
      "tokenizer-llama2/tokenizer.json", "tokenizer-llama2/tokenizer.bin", "tokenizer-gpt2/tokenizer.json",
      "stories260K/tok512.bin",
    ])
  func randomText(file: String) throws {
    let tokenizer = try TokenizerFile.load(Places.shared.appendingPathComponent(file).path)
    var generator = SeededNumbers(seed: 9)
    for _ in 0..<1_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0..<40, using: &generator) {
        let limit = [0x80, 0x250, 0x3000, 0x11_0000][Int.random(in: 0..<4, using: &generator)]
        let number = Bool.random(using: &generator) ? 0x20 : Int.random(in: 0..<limit, using: &generator)
        // tokenizer.json gives the mark of spaces back as a space.
        guard let scalar = Unicode.Scalar(UInt32(number)), scalar != "\u{2581}" else { continue }
        text.unicodeScalars.append(scalar)
      }
      #expect(try tokenizer.decode(tokenizer.encode(text)).isSame(as: text), "\(text.debugDescription)")
    }
  }

  @Test(
    "A megabyte takes seconds at most",
    arguments: ["tokenizer-llama2/tokenizer.json", "tokenizer-llama2/tokenizer.bin", "tokenizer-gpt2/tokenizer.json"])
  func megabyte(file: String) throws {
    let tokenizer = try TokenizerFile.load(Places.shared.appendingPathComponent(file).path)
    let story = try Places.text(Places.demo.appendingPathComponent("text/story.txt"))
    for text in [story, "a", " ", "=-"] {
      let long = String(String(repeating: text, count: 1_000_000 / text.utf8.count + 1).prefix(1_000_000))
      let clock = ContinuousClock()
      var tokens: [Int32] = []
      let duration = try clock.measure { tokens = try tokenizer.encode(long) }
      // 0.1 to 0.8 s measured; a quadratic merge would take hours.
      #expect(duration < .seconds(20))
      #expect(tokenizer.decode(tokens).isSame(as: long))
    }
  }
}

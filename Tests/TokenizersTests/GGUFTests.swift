import Foundation
import Testing
import TestSupport
import Tokenizers

/// Agreement with llama.cpp on vocabularies of GGUF files, which Fixtures/make_gguf.py made, and what is refused.
struct GGUFTests {
  private struct Fixture: Decodable {
    struct Vocabulary: Decodable {
      let model: String
      let tokens: [String]
      let types: [Int32]
      let scores: [Float]?
      let merges: [String]?
      let begin: Int
      let end: Int
    }

    struct Case: Decodable {
      let vocabulary: String
      let pre: String?
      let aliases: [String]
      let addsBegin: Bool?
      let addsEnd: Bool?
      let addsSpace: Bool?
      let ids: [[Int32]]
    }

    let texts: [String]
    let vocabularies: [String: Vocabulary]
    let cases: [Case]
  }

  private let fixture: Fixture

  init() throws {
    fixture = try Places.json(Places.fixtures.appendingPathComponent("gguf.json"), as: Fixture.self)
  }

  private func vocabulary(_ name: String) throws -> GGUFVocabulary {
    let stored = try #require(fixture.vocabularies[name])
    var result = GGUFVocabulary(file: "m.gguf", model: stored.model, tokens: stored.tokens.map { Array($0.utf8) })
    result.types = stored.types
    result.scores = stored.scores
    result.merges = stored.merges?.map { Array($0.utf8) }
    result.beginToken = stored.begin
    result.endToken = stored.end
    return result
  }

  private func vocabulary(of stored: Fixture.Case) throws -> GGUFVocabulary {
    var result = try vocabulary(stored.vocabulary)
    result.preTokenizer = stored.pre
    result.addsBeginToken = stored.addsBegin
    result.addsEndToken = stored.addsEnd
    result.addsSpacePrefix = stored.addsSpace
    return result
  }

  // MARK: Agreement

  @Test func agreesWithLlamaCpp() throws {
    #expect(fixture.cases.count == 13 && fixture.texts.count == 75)
    for stored in fixture.cases {
      var file = try vocabulary(of: stored)
      for name in [stored.pre] + stored.aliases {
        file.preTokenizer = name
        let tokenizer = try GGUFTokenizer(file)
        #expect(tokenizer.beginToken == (stored.addsBegin == false ? nil : stored.ids[0].first))
        for (text, ids) in zip(fixture.texts, stored.ids) {
          #expect(try tokenizer.encode(text) == ids, "\(name ?? stored.vocabulary): \(text.debugDescription)")
        }
      }
    }
  }

  /// What makes other tokens of a text with each split, so that none can stand for another.
  @Test func splitsDiffer() throws {
    let bytes = fixture.cases.filter { $0.vocabulary == "bytes" && $0.addsEnd == nil }
    #expect(bytes.count == 9)
    #expect(Set(bytes.map(\.ids)).count == 9)
  }

  @Test func namelessSplitIsTheDefault() throws {
    var file = try vocabulary("bytes")
    let nameless = try GGUFTokenizer(file)
    file.preTokenizer = "default"
    let named = try GGUFTokenizer(file)
    for text in fixture.texts { #expect(try nameless.encode(text) == named.encode(text)) }
  }

  /// Texts without marks, which decoding leaves out, come back.
  @Test func textsComeBack() throws {
    let marks = ["<s>", "</s>", "<unk>", "<|end|>"]
    let texts = fixture.texts.filter { text in !marks.contains { text.contains($0) } }
    #expect(texts.count > 40)
    for stored in fixture.cases {
      let tokenizer = try GGUFTokenizer(vocabulary(of: stored))
      for text in texts where stored.vocabulary == "bytes" || !text.contains("\u{2581}") {
        let tokens = try tokenizer.encode(text)
        if stored.vocabulary == "bytes" {
          #expect(tokens.flatMap { tokenizer.bytes(of: $0) } == Array(text.utf8), "\(text.debugDescription)")
        }
        // Behind a spelling that is found as it stands, a space is put in front again.
        guard stored.vocabulary == "bytes" || stored.addsSpace == false else { continue }
        #expect(tokenizer.decode(tokens).isSame(as: text), "\(text.debugDescription)")
      }
    }
  }

  @Test func decodingDropsOneSpaceInFront() throws {
    let tokenizer = try GGUFTokenizer(vocabulary("scores"))
    for text in ["a", " a", "Hello world", ""] {
      #expect(try tokenizer.decode(tokenizer.encode(text)).isSame(as: text))
    }
    #expect(tokenizer.token(1) == "<s>" && tokenizer.bytes(of: 1).isEmpty)
    #expect(tokenizer.token(-1) == nil && tokenizer.token(Int32(tokenizer.vocabularyCount)) == nil)
    #expect(tokenizer.bytes(of: 3 + 0xC3) == [0xC3] && tokenizer.bytes(of: .max).isEmpty)
  }

  /// The longest mark goes first, wherever it is.
  @Test func longerMarksGoFirst() throws {
    var file = GGUFVocabulary(
      file: "m.gguf", model: "llama",
      tokens: ["<s>", "ab", "bcd", "a", "b", "c", "d", "\u{2581}"].map { Array($0.utf8) })
    file.scores = [Float](repeating: 0, count: 8)
    file.types = [3, 4, 4, 1, 1, 1, 1, 1]
    file.addsSpacePrefix = false
    file.beginToken = 0
    let tokenizer = try GGUFTokenizer(file)
    #expect(try tokenizer.encode("abcd") == [0, 3, 2])
    #expect(try tokenizer.encode("abcabcd ab") == [0, 1, 5, 3, 2, 7, 1])
    #expect(throws: TokenizerError.self) { try tokenizer.encode("x") }
  }

  // MARK: Refusals

  private func refusal(_ name: String, _ change: (inout GGUFVocabulary) -> Void) throws -> String? {
    var file = try vocabulary(name)
    change(&file)
    do {
      _ = try GGUFTokenizer(file)
      return nil
    } catch let error as TokenizerError {
      return error.description
    }
  }

  @Test func othersAreNamed() throws {
    for model in ["bert", "t5", "rwkv", "plamo2", ""] {
      let file = GGUFVocabulary(file: "m.gguf", model: model, tokens: [[0x61]])
      #expect(throws: TokenizerError.self) { try GGUFTokenizer(file) }
    }
    let bert = GGUFVocabulary(file: "m.gguf", model: "bert", tokens: [])
    let error = #expect(throws: TokenizerError.self) { try GGUFTokenizer(bert) }
    #expect(
      error?.description == "cannot read the tokenizer m.gguf: tokenizer.ggml.model is 'bert'; only llama and gpt2 are "
        + "supported: name the model's tokenizer.json")
    let unknown = try refusal("bytes") { $0.preTokenizer = "kimi-k2" }
    #expect(unknown?.contains("tokenizer.ggml.pre is 'kimi-k2', which is not supported") == true)
  }

  @Test func contradictionsAreNamed() throws {
    let count = try vocabulary("scores").tokens.count
    let cases: [(String, String, (inout GGUFVocabulary) -> Void)] = [
      ("scores", "token_type has 3 elements where there are \(count) tokens", { $0.types = [1, 1, 1] }),
      ("scores", "token_type has 0 elements", { $0.types = [] }),
      ("scores", "token_type is 7 at 2, which is none", { $0.types?[2] = 7 }),
      ("scores", "token_type is -1 at 2, which is none", { $0.types?[2] = -1 }),
      ("scores", "scores has 1 elements", { $0.scores = [1] }),
      ("scores", "scores is not there", { $0.scores = nil }),
      ("scores", "scores is nan at 5", { $0.scores?[5] = .nan }),
      ("scores", "bos_token_id is \(count), but the tokens are 0..<\(count)", { $0.beginToken = count }),
      ("scores", "bos_token_id is -1, but", { $0.beginToken = -1 }),
      ("scores", "eos_token_id is \(Int.max), but", { ($0.addsEndToken, $0.endToken) = (true, .max) }),
      ("scores", "eos_token_id is not there, but", { ($0.addsEndToken, $0.endToken) = (true, nil) }),
      ("bytes", "bos_token_id is not there, but", { ($0.addsBeginToken, $0.beginToken) = (true, nil) }),
      ("bytes", "merges is not there", { $0.merges = nil }),
      ("bytes", "merges has at 0 something that is not two tokens", { $0.merges?[0] = Array("ab".utf8) }),
      ("bytes", "merges has at 0 something that is not two tokens", { $0.merges?[0] = Array("a b c".utf8) }),
      ("bytes", "merges joins '' and 'b' at 0, but the vocabulary lacks", { $0.merges?[0] = Array(" b".utf8) }),
      ("bytes", "merges joins 'q' and 'q' at 0, but the vocabulary lacks", { $0.merges?[0] = Array("q q".utf8) }),
    ]
    for (name, expected, change) in cases {
      let message = try refusal(name, change)
      #expect(
        message?.hasPrefix("cannot read the tokenizer m.gguf: tokenizer.ggml.\(expected)") == true,
        "\(message ?? "it was read"), not \(expected)")
    }
  }

  @Test func damagedTokensAreNamed() throws {
    let cases: [([[UInt8]], String)] = [
      ([], "has 0 tokens"),
      ([[0x61], [0xFF]], "is not UTF-8 at 1"),
      ([[0x61], [UInt8](repeating: 0x61, count: 1025)], "has 1025 bytes at 1, over 1024"),
      ([[0x61], [0x62], [0x61]], "has 'a' at 0 and at 2"),
    ]
    for (tokens, expected) in cases {
      for model in ["llama", "gpt2"] {
        let file = GGUFVocabulary(file: "m.gguf", model: model, tokens: tokens)
        let error = #expect(throws: TokenizerError.self) { try GGUFTokenizer(file) }
        #expect(error?.description.contains("tokenizer.ggml.tokens \(expected)") == true, "\(error?.description ?? "")")
      }
    }
  }

  /// Every change of a vocabulary is read or refused, and what is read makes tokens of it.
  @Test func everyDamageIsReadOrRefused() throws {
    var generator = SeededNumbers(seed: 6)
    for _ in 0..<300 {
      var file = try vocabulary("scores")
      var tokens = file.tokens
      for _ in 0..<3 {
        tokens[Int.random(in: 0..<tokens.count, using: &generator)] = Array(
          tokens[Int.random(in: 0..<tokens.count, using: &generator)].prefix(2))
      }
      file = GGUFVocabulary(file: "m.gguf", model: "llama", tokens: tokens)
      file.scores = tokens.map { _ in Float.random(in: -3...0, using: &generator).rounded() }
      file.types = tokens.map { _ in Int32.random(in: 0...6, using: &generator) }
      guard let tokenizer = try? GGUFTokenizer(file) else { continue }
      for text in fixture.texts.prefix(20) {
        guard let ids = try? tokenizer.encode(text) else { continue }
        #expect(ids.allSatisfy { (0..<Int32(tokens.count)).contains($0) })
        _ = tokenizer.decode(ids)
      }
    }
  }
}

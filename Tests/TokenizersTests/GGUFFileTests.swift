import Foundation
import Testing
import Tokenizers

/// Tokenizers in the metadata of GGUF files.
struct GGUFFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  // MARK: Writing

  private func little(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private func text(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

  private func entry(_ key: String, _ type: UInt32, _ value: [UInt8]) -> [UInt8] {
    text("tokenizer.ggml." + key) + little(type) + value
  }

  private func list(_ key: String, _ type: UInt32, _ elements: [[UInt8]]) -> [UInt8] {
    entry(key, 9, little(type) + little(UInt64(elements.count)) + elements.joined())
  }

  private func file(_ entries: [[UInt8]]) -> [UInt8] {
    Array("GGUF".utf8) + little(UInt32(3)) + little(UInt64(0)) + little(UInt64(entries.count)) + entries.joined()
  }

  private var entries: [[UInt8]] {
    let tokens = ["<unk>", "<s>", "</s>", "a", "b", "\u{2581}", "ab"]
    return [
      entry("model", 8, text("llama")), list("tokens", 8, tokens.map(text)),
      list("scores", 6, (0..<7).map { little(Float(-$0).bitPattern) }),
      list("token_type", 5, [2, 3, 3, 1, 1, 1, 1].map { little(Int32($0)) }),
      entry("bos_token_id", 4, little(UInt32(1))), entry("eos_token_id", 4, little(UInt32(2))),
      entry("add_eos_token", 7, [1]), entry("add_space_prefix", 7, [0]),
    ]
  }

  // MARK: Reading

  @Test func metadataIsRead() throws {
    let path = try folder.write(file(entries), as: "model.gguf")
    for tokenizer in [try TokenizerFile.load(path), try TokenizerFile.load(ofModel: path, remedy: "")] {
      #expect(tokenizer.vocabularyCount == 7 && tokenizer.beginToken == 1)
      #expect(try tokenizer.encode("ab </s>a?") == [1, 6, 5, 2, 3, 0, 2])
      #expect(tokenizer.decode([1, 6, 5, 3]) == "ab a")
    }
    #expect(TokenizerFile.isThere(forModel: path))
  }

  /// The bytes tell, not the name.
  @Test func anyNameWillDo() throws {
    let path = try folder.write(file(entries), as: "tokenizer.model")
    #expect(try TokenizerFile.load(path).encode("a") == [1, 3, 2])
  }

  @Test func theFileGoesBeforeOthersBesideIt() throws {
    _ = try folder.load(#"{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}}"#)
    let path = try folder.write(file(entries), as: "model.gguf")
    #expect(try TokenizerFile.load(ofModel: path, remedy: "").vocabularyCount == 7)
    // Without one of its own, that beside it is the model's.
    for bytes in [file([]), file([entry("model", 8, text("no_vocab"))])] {
      _ = try folder.write(bytes, as: "model.gguf")
      #expect(try TokenizerFile.load(ofModel: path, remedy: "").vocabularyCount == 1)
      #expect(try folder.refusal(bytes, as: "model.gguf")?.contains("the GGUF file has no tokenizer in it") == true)
    }
  }

  @Test func absenceIsNamed() throws {
    let path = try folder.write(file([]), as: "model.gguf")
    #expect(!TokenizerFile.isThere(forModel: path))
    let error = #expect(throws: TokenizerError.self) { try TokenizerFile.load(ofModel: path, remedy: "name one") }
    #expect(error?.description == "\(path) has no tokenizer beside it: name one")
  }

  @Test func damageIsNamed() throws {
    let cases: [([[UInt8]], String)] = [
      ([entry("model", 8, text("bert"))] + entries.dropFirst(), "tokenizer.ggml.model is 'bert'"),
      ([entry("model", 4, little(UInt32(1)))] + entries.dropFirst(), "'tokenizer.ggml.model' is"),
      (entries + [entry("pre", 9, little(UInt32(8)) + little(UInt64(0)))], "'tokenizer.ggml.pre' is an array"),
      ([entries[0], list("tokens", 8, [little(UInt64(1)) + [0xFF]])], "not UTF-8"),
      ([entries[0], list("tokens", 6, [little(UInt32(0))])], "'tokenizer.ggml.tokens' is an array of"),
      (entries.dropLast() + [list("add_space_prefix", 7, [[1]])], "'tokenizer.ggml.add_space_prefix' is an array"),
    ]
    for (entries, expected) in cases {
      let message = try folder.refusal(file(entries), as: "model.gguf")
      #expect(message?.contains(expected) == true, "\(message ?? "it was read"), not \(expected)")
      #expect(TokenizerFile.isThere(forModel: folder.url.path + "/model.gguf"))
    }
  }

  @Test func everyBeginningIsRefused() throws {
    let good = file(entries)
    for count in 1..<good.count { #expect(try folder.refusal(Array(good[..<count]), as: "tokenizer.gguf") != nil) }
  }
}

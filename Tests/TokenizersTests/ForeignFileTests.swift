import Foundation
import Testing
import Tokenizers

/// Files that are taken for tokenizers by mistake: one sentence that says what they are and what to name.
struct ForeignFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let header: [Int32] = [64, 172, 5, 8, 4, 512, 512]

  private static func little(_ numbers: [Int32]) -> [UInt8] {
    numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * Int32($0))) } }
  }

  @Test func othersAreNamed() throws {
    let cases: [([UInt8], String)] = [
      ([0x93] + Array("NUMPY".utf8) + [1, 0], "it is a NumPy array (.npy), which holds no tokenizer"),
      ([0x80, 0x02, 0x7D], "it is a Python pickle, which holds no tokenizer"),
      ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), "it is an HDF5 file"),
      ([0x50, 0x4B, 3, 4, 0, 0], "it is a zip archive; unpack it"),
      ([40, 0, 0, 0, 0, 0, 0, 0] + Array(#"{"a":{}}"#.utf8), "it is a safetensors file"),
      (Self.little(Self.header + [0]), "it is a llama2.c model, which"),
      (Array("24ka".utf8), "it is a llama2.c model, which"),
      (
        Array("\n<!DOCTYPE html><html>".utf8),
        "it is a web page and not the file itself; get the file itself"
      ),
      (
        Array("version https://git-lfs.github.com/spec/v1\noid".utf8),
        "it is a Git LFS pointer and not the file itself; run 'git lfs pull'"
      ),
      (Array("IQ== 0\nIg== 1\n".utf8), "it is a list of ranks of tiktoken"),
    ]
    for name in ["tokenizer.json", "tokenizer.model", "tokenizer.bin"] {
      for (bytes, expected) in cases {
        let message = try folder.refusal(bytes, as: name)
        #expect(
          message?.hasPrefix("cannot read the tokenizer \(folder.url.path)/\(name): \(expected)") == true,
          "\(message ?? "")")
      }
    }
  }

  @Test func otherFilesOfAModelAreNamed() throws {
    let cases = [
      (#"{"tokenizer_class":"GPT2Tokenizer"}"#, "it is a tokenizer_config.json, which only tells about one"),
      (#"{"model_type":"llama"}"#, "it is the config.json of a model"),
      (#"{"config":{"default_vocab_size":131072},"vocab":[]}"#, "it is a tekken.json of mistral-common"),
    ]
    for (text, expected) in cases {
      #expect(try folder.refusal(Array(text.utf8), as: "some.json")?.contains(expected) == true)
    }
  }

  // MARK: The tokenizer of a model

  private func message(_ path: String) -> String? {
    #expect(throws: TokenizerError.self) {
      try TokenizerFile.load(ofModel: path, remedy: "add `tokenizer: FILE` to the configuration")
    }?.description
  }

  @Test func modelWithoutTokenizer() throws {
    let model = try folder.write(Self.little(Self.header), as: "model.bin")
    #expect(message(model) == "\(model) has no tokenizer beside it: add `tokenizer: FILE` to the configuration")
    #expect(
      message(folder.url.path)
        == "\(folder.url.path) has no tokenizer in it: add `tokenizer: FILE` to the configuration")
    #expect(!TokenizerFile.isThere(forModel: model) && !TokenizerFile.isThere(forModel: folder.url.path))
    _ = try folder.write(Array("{}".utf8), as: "vocab.json")
    #expect(!TokenizerFile.isThere(forModel: model))
  }

  @Test func tokenizerBesideAModelIsFound() throws {
    let model = try folder.write(Self.little(Self.header), as: "model.bin")
    _ = try folder.load(#"{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}}"#)
    for path in [model, folder.url.path] {
      #expect(try TokenizerFile.load(ofModel: path, remedy: "").vocabularyCount == 1)
      #expect(TokenizerFile.isThere(forModel: path))
    }
  }
}

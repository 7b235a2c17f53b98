import Foundation
import Testing
import Weights

/// What a file is, whatever its name says.
@Suite struct FileKindTests {
  struct Example: CustomTestStringConvertible, Sendable {
    let kind: FileKind
    let bytes: [UInt8]
    let testDescription: String

    init(_ kind: FileKind, _ name: String, _ bytes: [UInt8]) {
      self.kind = kind
      self.bytes = bytes
      testDescription = name
    }

    init(_ kind: FileKind, _ text: String) { self.init(kind, String(text.prefix(40)), Array(text.utf8)) }
  }

  private static let hdf5Signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  /// A zip archive of empty members, uncompressed.
  private static func zip(_ names: [String], comment: Int = 0) -> [UInt8] {
    var (members, list): ([UInt8], [UInt8]) = ([], [])
    for name in names {
      let length = littleEndian([UInt16(name.utf8.count), 0])
      list += littleEndian([UInt32(0x0201_4B50)]) + zeros(24) + length + zeros(10)
      list += littleEndian([UInt32(members.count)]) + Array(name.utf8)
      members += littleEndian([UInt32(0x0403_4B50)]) + zeros(22) + length + Array(name.utf8)
    }
    let count = UInt16(names.count)
    let end =
      littleEndian([UInt32(0x0605_4B50)]) + zeros(4) + littleEndian([count, count])
      + littleEndian([UInt32(list.count), UInt32(members.count)]) + littleEndian([UInt16(comment)])
    return members + list + end + [UInt8](repeating: 0x20, count: comment)
  }

  /// A message of one piece of SentencePiece.
  private static func piece(_ text: String) -> [UInt8] {
    let content = [0x0A, UInt8(text.utf8.count)] + Array(text.utf8) + [0x15] + littleEndian([Float(-1.5)]) + [0x18, 2]
    return [0x0A, UInt8(content.count)] + content
  }

  private static let vocabulary: [UInt8] =
    littleEndian([Int32(7)])
    + ["<unk>", "\n<s>\n", "a", " the"].flatMap { piece in
      littleEndian([Float(-3)]) + littleEndian([Int32(piece.utf8.count)]) + Array(piece.utf8)
    }

  private static let examples: [Example] = [
    Example(.empty, "nothing", []),
    Example(.safetensors, "safetensors", safetensors([("a", [2], [1, 2])])),
    Example(
      .safetensors, "safetensors with a length like a pickle",
      safetensors("{" + String(repeating: " ", count: 1150) + "}", data: [])),
    Example(.llama2C, "llama2.c 0", TinyLlama2C(version: 0).bytes),
    Example(.llama2C, "llama2.c 1", TinyLlama2C(version: 1).bytes),
    Example(.gguf, "GGUF", Array("GGUF".utf8) + [3, 0, 0, 0]),
    Example(.hdf5, "HDF5", hdf5Signature + zeros(100)),
    Example(.hdf5, "HDF5 behind a block", Array("user".utf8) + zeros(508) + hdf5Signature),
    Example(.hdf5, "HDF5 behind a long block", zeros(4096) + hdf5Signature + [1]),
    Example(.unknown, "HDF5 at an odd place", zeros(1536) + hdf5Signature),
    Example(.torch, "PyTorch", zip(["ae/data.pkl", "ae/byteorder", "ae/data/0"])),
    Example(.torch, "PyTorch, listed later", zip(["ae/byteorder", "ae/data.pkl"], comment: 300)),
    Example(.torch, "PyTorch, cut", Array(zip(["archive/data.pkl", "archive/version"]).prefix(60))),
    Example(
      .torch, "PyTorch before 1.6",
      [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]),
    Example(.numpyArchive, "npz", zip(["arr_0.npy", "labels.npy"])),
    Example(.archive("a zip archive"), "zip", zip(["model/config.json"])),
    Example(.archive("a zip archive"), "zip of nothing", zip([])),
    Example(
      .archive("a zip archive"), "zip with a bad list", Array(zip(["a"]).dropLast(6)) + [255, 255, 255, 255, 0, 0]),
    Example(.archive("a gzip file"), "gzip", [0x1F, 0x8B, 8, 0]),
    Example(.archive("a tar archive"), "tar", zeros(257) + Array("ustar".utf8) + zeros(200)),
    Example(.foreign("a Python pickle"), "pickle", [0x80, 4, 0x95, 0, 0]),
    Example(.numpyArray, "npy", [0x93] + Array("NUMPY".utf8) + [1, 0]),
    Example(.sentencePiece, "SentencePiece", piece("<unk>") + piece("<s>") + [9, 9]),
    Example(.llama2CTokenizer, "tokenizer.bin", vocabulary),
    Example(.unknown, "bytes", [0, 1, 2, 255, 254, 0, 7]),
    Example(.gitLFSPointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"),
    Example(.webPage, "\n<!DOCTYPE html>\n<title>Not found</title>"),
    Example(.webPage, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
    Example(.tokenizer, #"{"version": "1.0", "added_tokens": [{"model": 1}], "model": {"type": "BPE"}}"#),
    Example(.tensorIndex, #"{"metadata": {"a": "}"}, "weight_map": {}}"#),
    Example(.modelConfiguration, "\u{FEFF}{\n  \"model_type\": \"llama\"\n}"),
    Example(.json, #"{"inner": {"model_type": "llama"}, "quote\"d": ["weight_map"]}"#),
    Example(.json, "[[1, 2], [3, 4]]"),
    Example(.json, "{\"cut\": \""),
    Example(.jsonLines, "{\"id\": \"a\"}\n{\"id\": \"b\"}\n"),
    Example(.yaml, "# A screen.\n---\nmodel: m\ninputs:\n  file: x\nmutations:\n  - a\n"),
    Example(.table, "name,\"a, b\",c\n1,2,3\n"),
    Example(.table, "word\tclass\r\ndog\tanimal\r\n"),
    Example(.text, "Once upon a time, there was a little girl.\nShe was named Lily, and she sang, and danced.\n"),
    Example(.text, "Ünïcode"),
    Example(.foreign("a text in UTF-16"), "UTF-16", [0xFF, 0xFE, 0x61, 0]),
  ]

  @Test(arguments: examples) func tellsKindsApart(_ example: Example) throws {
    try withFolder { folder in
      // A name that lies.
      let path = try folder.write("model.safetensors", example.bytes)
      #expect(FileKind(path: path) == example.kind)
      #expect(!example.kind.phrase.isEmpty)
    }
  }

  @Test func whatIsNoFile() throws {
    try withFolder { folder in
      #expect(FileKind(path: folder.path) == .folder)
      #expect(FileKind(path: folder.path + "/none") == .absent)
      #expect(FileKind(path: folder.path + "/no\u{0}ne") == .absent)
      #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
      #expect(FileKind(path: folder.path + "/pipe") == .unreadable)
    }
  }

  /// No beginning of any file makes the recogniser stumble.
  @Test func cutFilesAreHarmless() throws {
    try withFolder { folder in
      for example in Self.examples {
        for count in stride(from: 0, to: min(example.bytes.count, 80), by: 3) {
          let path = try folder.write("cut-\(count)", Array(example.bytes.prefix(count)))
          #expect(FileKind(path: path) != .folder)
        }
      }
    }
  }
}

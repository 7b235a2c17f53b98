import Foundation
import StrictJSON

/// The tokenizer of a folder from before tokenizer.json: vocab.json and merges.txt, of GPT-2 or, by the class that
/// tokenizer_config.json names, of Qwen 2.
enum MergesFolder {
  private static let endOfText = "<|endoftext|>"
  private static let byteLevel = #""decoder":{"type":"ByteLevel"}"#
  private static let gpt2 = #"{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},\#(byteLevel)}"#
  private static let gpt2WithSpace = #"{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true},\#(byteLevel)}"#
  private static let qwen2 = #"""
    {"normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\#
    \\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
    },"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},\#
    \#(byteLevel)}
    """#

  /// Whether a merges.txt is beside `vocabulary`.
  static func isThere(for vocabulary: String) -> Bool { FileManager.default.fileExists(atPath: merges(of: vocabulary)) }

  private static func merges(of vocabulary: String) -> String {
    URL(fileURLWithPath: vocabulary).deletingLastPathComponent().appendingPathComponent("merges.txt").path
  }

  /// Returns the tokenizer of the vocab.json `file` with the content `bytes`, and of the files beside it.
  static func tokenizer(_ bytes: [UInt8], file: String) throws -> DocumentTokenizer {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let settings = try TokenizerSettings(folder: folder, usualToken: endOfText)
    let lines = try ForeignFile.content(of: merges(of: file)).split {
      $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
    }
    let isQwen = ["Qwen2Tokenizer", "Qwen2TokenizerFast"].contains(try settings.content(of: "tokenizer_class"))
    let addsSpace = try settings.flag("add_prefix_space")
    let style = isQwen ? qwen2 : addsSpace ? gpt2WithSpace : gpt2
    let vocabulary = try JSONNode.read(bytes, file: file).value
    let model = JSONValue.object([
      JSONMember(name: ByteString("type"), value: .text(ByteString("BPE"))),
      JSONMember(name: ByteString("vocab"), value: vocabulary),
      JSONMember(name: ByteString("merges"), value: .list(lines.map { .text(ByteString($0)) })),
    ])
    let parts = try JSONNode.read(Array(style.utf8), file: file).members()
    let document = JSONValue.object(parts + [JSONMember(name: ByteString("model"), value: model)])
    return try DocumentTokenizer(
      JSONNode(value: document, file: file, place: ""), settings: settings, addsTokens: true)
  }
}

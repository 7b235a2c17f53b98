import Foundation
import Weights

/// Reads tokenizers: tokenizer.json of Hugging Face tokenizers, models of SentencePiece, vocab.json with merges.txt,
/// tokenizer.bin of llama2.c, and those in the metadata of GGUF files.
public enum TokenizerFile {
  /// What a folder may hold, the first that is there counts.
  private static let names = ["tokenizer.json", "tokenizer.model", "spm.model", "vocab.json", "tokenizer.bin"]

  /// Returns the tokenizer at `path`, a file or a folder that holds one.
  ///
  /// A GGUF file is recognized by its bytes. A file named `.json` or beginning like one is a tokenizer.json, or a
  /// vocab.json with its merges.txt; one named `.model` or beginning like one is a SentencePiece model; any other is a
  /// tokenizer.bin. Throws a `TokenizerError` for a file that is absent, damaged, something else or asks for something
  /// unsupported.
  public static func load(_ path: String) throws -> any Tokenizer {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw TokenizerError(file: path, "there is no such file or folder; check the name")
    }
    guard isFolder.boolValue else { return try read(path) }
    guard let file = file(in: path) else {
      throw TokenizerError(
        file: path,
        "the folder holds none of tokenizer.json, tokenizer.model, vocab.json with merges.txt and tokenizer.bin; put "
          + "one of them there")
    }
    return try read(file)
  }

  /// Returns the tokenizer of the model at `path`: in its folder or, of a model that is one file, in a GGUF file itself
  /// and otherwise beside it.
  ///
  /// `remedy` says how to name another, as "add `tokenizer: FILE` to the configuration" does. Throws a
  /// `TokenizerError`.
  public static func load(ofModel path: String, remedy: String) throws -> any Tokenizer {
    guard let file = file(ofModel: path) else {
      let place = isFolder(path) ? "in it" : "beside it"
      throw TokenizerError("\(path) has no tokenizer \(place): \(remedy)")
    }
    return try read(file)
  }

  /// Whether the model at `path` brings a tokenizer along.
  public static func isThere(forModel path: String) -> Bool { file(ofModel: path) != nil }

  // MARK: Finding

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func file(ofModel path: String) -> String? {
    if isFolder(path) { return file(in: path) }
    return GGUFVocabulary.isThere(in: path) ? path : file(in: folder(of: path))
  }

  private static func folder(of file: String) -> String { URL(fileURLWithPath: file).deletingLastPathComponent().path }

  private static func file(in folder: String) -> String? {
    names.map { URL(fileURLWithPath: folder).appendingPathComponent($0).path }.first { file in
      FileManager.default.fileExists(atPath: file)
        && (!file.hasSuffix("/vocab.json") || MergesFolder.isThere(for: file))
    }
  }

  // MARK: Reading

  private static func read(_ file: String) throws -> any Tokenizer {
    let kind = FileKind(path: file)
    if kind == .gguf { return try GGUFTokenizer(GGUFVocabulary(path: file)) }
    let bytes = try ForeignFile.content(of: file, kind: kind)
    let name = URL(fileURLWithPath: file).lastPathComponent.lowercased()
    if name.hasSuffix(".json") || isJSON(bytes) {
      if name == "vocab.json", MergesFolder.isThere(for: file) { return try MergesFolder.tokenizer(bytes, file: file) }
      let document = try JSONNode.read(bytes, file: file)
      try checkIsTokenizer(document)
      return try DocumentTokenizer(document, settings: TokenizerSettings(folder: folder(of: file)))
    }
    if name.hasSuffix(".model") || isSentencePiece(bytes) {
      let settings = try TokenizerSettings(folder: folder(of: file))
      let isOfTransformers =
        settings.isThere || FileManager.default.fileExists(atPath: folder(of: file) + "/config.json")
      return try SentencePieceTokenizer(
        try SentencePieceFile(bytes, file: file), settings: isOfTransformers ? settings : nil)
    }
    return Llama2CTokenizer(try Llama2CVocabulary.read(bytes, file: file))
  }

  private static func isJSON(_ bytes: [UInt8]) -> Bool {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let spaces = [UInt8](" \t\r\n".utf8)
    // Numbers of four bytes, with which others begin, have zeros.
    let beginning = bytes[start...].prefix(64)
    return beginning.first { !spaces.contains($0) } == UInt8(ascii: "{") && !beginning.contains(0)
  }

  /// Whether the bytes begin with a piece: a field of bytes, in it a field of text.
  private static func isSentencePiece(_ bytes: [UInt8]) -> Bool {
    bytes.count > 4 && bytes[0] == 0x0A && bytes[2] == 0x0A
  }

  /// Refuses JSON that is known to be something else.
  private static func checkIsTokenizer(_ document: JSONNode) throws {
    guard try document.member("model") == nil else { return }
    if try document.member("tokenizer_class") != nil || document.member("model_max_length") != nil {
      throw TokenizerError(
        file: document.file,
        "it is a tokenizer_config.json, which only tells about one; name the tokenizer.json beside it")
    }
    if try document.member("model_type") != nil {
      throw TokenizerError(file: document.file, "it is the config.json of a model; name its tokenizer.json")
    }
    if try document.member("config")?.member("default_vocab_size") != nil {
      throw TokenizerError(
        file: document.file,
        "it is a tekken.json of mistral-common, which is not supported; name the tokenizer.json of the model, or make "
          + "one with transformers")
    }
  }
}

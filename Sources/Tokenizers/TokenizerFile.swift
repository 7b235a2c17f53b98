import Foundation

/// Reads tokenizers: tokenizer.json of Hugging Face tokenizers with a byte-pair model, tokenizer.bin of llama2.c.
public enum TokenizerFile {
  /// The largest files in use have 35 MB.
  private static let sizeLimit = 64 << 20

  /// Returns the tokenizer at `path`: a tokenizer.json (any file named `.json`), a tokenizer.bin (any other file), or a
  /// folder that holds one of them, the first of the two if it holds both.
  ///
  /// Throws a `TokenizerError` for a file that is absent, damaged or asks for something unsupported.
  public static func load(_ path: String) throws -> any Tokenizer {
    let file = try locate(path)
    guard file.lowercased().hasSuffix(".json") else {
      return Llama2CTokenizer(try Llama2CVocabulary.read(try content(of: file), file: file))
    }
    return try BytePairTokenizer(try JSONNode.read(try content(of: file), file: file)) {
      let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
      let configuration = folder.appendingPathComponent("tokenizer_config.json").path
      guard FileManager.default.fileExists(atPath: configuration) else { return nil }
      return try JSONNode.read(try content(of: configuration), file: configuration)
    }
  }

  /// Returns the file meant by `path`.
  private static func locate(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw TokenizerError(file: path, "there is no such file or folder")
    }
    guard isFolder.boolValue else { return path }
    let files = ["tokenizer.json", "tokenizer.bin"].map { URL(fileURLWithPath: path).appendingPathComponent($0).path }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw TokenizerError(
        file: path, "the folder holds neither tokenizer.json nor tokenizer.bin; put one of them there")
    }
    return file
  }

  private static func content(of file: String) throws -> [UInt8] {
    let url = URL(fileURLWithPath: file).resolvingSymlinksInPath()
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
      guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? NSNumber else {
        throw TokenizerError(file: file, "it is not a regular file")
      }
      guard (1...sizeLimit).contains(size.intValue) else {
        throw TokenizerError(
          file: file, "it has \(size) bytes, where a tokenizer has 1 to \(sizeLimit); fetch the file again")
      }
      return Array(try Data(contentsOf: url))
    } catch let error as TokenizerError {
      throw error
    } catch {
      throw TokenizerError(file: file, "it cannot be opened; check its permissions")
    }
  }
}

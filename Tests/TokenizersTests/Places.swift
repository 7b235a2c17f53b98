import Foundation
import TestSupport
import Tokenizers

/// The folders that tests read from.
enum Places {
  private static let tests = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
  static let fixtures = tests.appendingPathComponent("Fixtures")
  static let package = tests.deletingLastPathComponent().deletingLastPathComponent()
  static let demo = package.appendingPathComponent("configs/demo")
  static let shared = package.deletingLastPathComponent().appendingPathComponent("shared/data")
  static let hasShared = FileManager.default.fileExists(atPath: shared.path)
  static let sharedHosts = package.deletingLastPathComponent().appendingPathComponent("shared/hosts")
  static let hasSharedHosts = FileManager.default.fileExists(atPath: sharedHosts.path)

  static func json<Content: Decodable>(_ url: URL, as type: Content.Type) throws -> Content {
    try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }

  static func text(_ url: URL) throws -> String {
    String(decoding: try Data(contentsOf: url), as: UTF8.self)
  }
}

/// A folder for one test, removed at the end of its life.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("tokenizers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try UnflushedFile.write(bytes, to: file.path)
    return file.path
  }

  /// Writes a tokenizer.json and loads it.
  func load(_ document: String) throws -> any Tokenizer {
    try TokenizerFile.load(try write(Array(document.utf8), as: "tokenizer.json"))
  }

  /// The message of the error that loading a tokenizer.json gives, nil when it loads.
  func refusal(_ document: [UInt8], as name: String = "tokenizer.json") throws -> String? {
    let path = try write(document, as: name)
    do {
      _ = try TokenizerFile.load(path)
      return nil
    } catch let error as TokenizerError {
      return error.description
    }
  }

  func refusal(_ document: String) throws -> String? { try refusal(Array(document.utf8)) }
}

extension String {
  /// Byte equality: `==` takes composed and decomposed letters for equal.
  func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

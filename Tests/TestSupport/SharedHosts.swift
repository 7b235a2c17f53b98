import Foundation
import Testing

/// Tiny models of every family with references, which are not part of the package.
public enum SharedHosts {
  /// The folder of them, beside the package.
  public static let path = URL(fileURLWithPath: Places.root + "/../shared/hosts").standardizedFileURL.path

  /// Whether it is there; tests that need it are skipped elsewhere.
  public static var isThere: Bool { FileManager.default.fileExists(atPath: path + "/README.md") }

  /// The comment on tests that are skipped without it.
  public static let absence: Comment = "skipped: the folder of shared hosts is not beside the package"

  /// The folders of GGUF models.
  public static let ggufs = [
    "gemma3-mixed", "gpt2-f16", "llama-f16", "llama-k", "llama-q4_0", "llama-q4_0-split", "llama-q5_0", "llama-q8_0",
    "qwen2-q4_1", "qwen3-q8_0",
  ]

  /// The file of a GGUF model, the first part where it is split.
  public static func model(_ folder: String) -> String {
    path + "/gguf/\(folder)/" + (folder.hasSuffix("-split") ? "model-00001-of-00003.gguf" : "model.gguf")
  }
}

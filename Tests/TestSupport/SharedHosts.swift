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

  /// The folders of decoders: norms around and behind, norms of heads and of all heads, caps, fused and transposed
  /// tensors, parts side by side, slopes, feed-forward layers without a gate.
  public static let decoders = [
    "qwen3", "gemma3", "gemma3-nested", "gemma2", "gpt2", "pythia", "phi3", "phi3-as-llama", "olmo2", "gpt-neo", "opt",
    "smollm3", "falcon", "bloom",
  ]

  /// GGUF models of unlike architectures and types of number.
  public static let unlikeGGUFs = ["gemma3-mixed", "gpt2-f16", "llama-k"]

  /// The folders of GGUF models.
  public static let ggufs = [
    "gemma3-mixed", "gpt2-f16", "llama-f16", "llama-k", "llama-q4_0", "llama-q4_0-split", "llama-q5_0", "llama-q8_0",
    "qwen2-q4_1", "qwen3-q8_0",
  ]

  /// What a configuration names for a folder of decoders, or for a GGUF model.
  public static func path(of name: String) -> String { ggufs.contains(name) ? model(name) : path + "/" + name }

  /// The token identifiers of the prompts in a reference.
  public static func prompts(of name: String) throws -> [[Int32]] {
    let folder = path + (ggufs.contains(name) ? "/gguf/" : "/") + name
    let prompts = try Places.object(folder + "/reference.json")["prompts"] as? [[String: Any]] ?? []
    return prompts.map { $0["tokens"].tokens }
  }

  /// The file of a GGUF model, the first part where it is split.
  public static func model(_ folder: String) -> String {
    path + "/gguf/\(folder)/" + (folder.hasSuffix("-split") ? "model-00001-of-00003.gguf" : "model.gguf")
  }
}

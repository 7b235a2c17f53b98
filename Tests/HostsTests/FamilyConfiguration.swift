import Foundation
import Hosts
import TestSupport
import Transformer

/// A `config.json` of a family with its sizes and some more keys.
struct FamilyConfiguration {
  private static let llama = """
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 4, "num_attention_heads": 4, "vocab_size": 100, \
    "max_position_embeddings": 64
    """
  private static let sizes: [String: String] = [
    "gpt2": #""n_embd": 32, "n_layer": 4, "n_head": 4, "vocab_size": 100, "n_positions": 64"#,
    "gpt_neo": #""hidden_size": 32, "num_layers": 4, "num_heads": 4, "vocab_size": 100, "#
      + #""max_position_embeddings": 64, "attention_types": [[["global", "local"], 2]]"#,
    "opt": #""hidden_size": 32, "ffn_dim": 48, "num_hidden_layers": 4, "num_attention_heads": 4, "vocab_size": 100, "#
      + #""max_position_embeddings": 64"#,
    "falcon": #""hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4, "vocab_size": 100"#,
    "bloom": #""n_embed": 32, "n_layer": 4, "num_attention_heads": 4, "vocab_size": 100"#,
  ]

  /// The families that are read, each with what it needs beside its sizes.
  static let types = [
    "llama", "mistral", "qwen2", "qwen3", "gemma3_text", "gemma2", "gpt2", "gpt_neox", "phi3", "olmo2", "gpt_neo",
    "opt",
    "smollm3", "falcon", "bloom",
  ]

  let type: String

  init(_ type: String) {
    self.type = type
  }

  /// The text with some more keys, which take the place of those that are there.
  func text(_ keys: String = "") throws -> String {
    let shared = ["llama", "mistral", "qwen2", "qwen3", "gemma3_text", "gemma2", "smollm3"].contains(type)
    let sizes =
      (FamilyConfiguration.sizes[type] ?? FamilyConfiguration.llama) + (shared ? #", "num_key_value_heads": 2"# : "")
    let documents = try [#""model_type": "\#(type)", \#(sizes)"#, keys].map { text in
      try JSONSerialization.jsonObject(with: Data("{\(text)}".utf8)) as? [String: Any] ?? [:]
    }
    let whole = documents[0].merging(documents[1]) { $1 }
    return String(decoding: try JSONSerialization.data(withJSONObject: whole), as: UTF8.self)
  }

  /// The shape of a model of these sizes and keys.
  func load(_ keys: String = "") throws -> HostShape { try FamilyConfiguration.load(try text(keys)) }

  /// The sentence with which the keys are refused.
  func refusal(_ keys: String) throws -> String { FamilyConfiguration.refusal(try text(keys)) }

  /// The shape of a model whose `config.json` is this text.
  static func load(_ text: String) throws -> HostShape {
    try Places.withTemporaryFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      return try HostShape.load(path: folder)
    }
  }

  /// The sentence with which a `config.json` is refused.
  static func refusal(_ text: String) -> String {
    do {
      _ = try load(text)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }
}

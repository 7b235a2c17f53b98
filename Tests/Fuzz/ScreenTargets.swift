import Foundation
import Hosts
import Inputs
import Screen
import Tokenizers
import Transformer

extension FuzzTarget {
  /// The YAML of a screen, planned for a small model where it is accepted.
  static func configuration(_ bytes: UnsafeRawBufferPointer) throws {
    let configuration = try ScreenConfiguration(bytes: Array(bytes), path: "folder/screen.yaml")
    _ = configuration.levels(output: "out.h5")
    // Lists are files of their own, with a target of their own.
    if case .list = configuration.choice { return }
    _ = try configuration.plan(for: try smallModel())
  }

  /// A table of mutations of a small model.
  static func mutations(_ bytes: UnsafeRawBufferPointer) throws {
    ScratchFolder.write(bytes, "list.csv")
    let yaml = Array("model: m\ninputs: i\nmutations: {list: list.csv}\n".utf8)
    let plan = try ScreenConfiguration(bytes: yaml, path: ScratchFolder.path + "/screen.yaml")
      .plan(for: try smallModel())
    precondition(plan.mutationCount > 0 && plan.units.last?.positions.upperBound == plan.mutationCount, "a plan")
  }

  /// An inputs file for a small model.
  static func inputs(_ bytes: UnsafeRawBufferPointer) throws {
    let path = ScratchFolder.write(bytes, "inputs.jsonl")
    for perTask in [nil, 2] {
      let inputs = try InputsFile.load(
        path: path, tokenizer: Letters(), perTask: perTask, model: try smallModel(), stepCount: 8)
      precondition(inputs.allSatisfy { !$0.tokens.isEmpty }, "an input without tokens")
    }
  }

  /// A config.json and, behind it, a generation_config.json: read, and a screen of the model estimated.
  static func modelConfiguration(_ bytes: UnsafeRawBufferPointer) throws {
    let parts = bytes.parts
    ScratchFolder.write(parts[0], "config.json")
    ScratchFolder.remove("generation_config.json")
    if parts.count > 1 { ScratchFolder.write(parts[1], "generation_config.json") }
    let model = try HostShape.load(path: ScratchFolder.path)
    if let rotation = model.rotation, rotation.headSize <= 1 << 12 {
      _ = rotation.rotary.frequencies(headSize: rotation.headSize)
    }
    ScratchFolder.write(#"{"id": "1", "task": "t", "prompt": "a b"}"#, "inputs.jsonl")
    let yaml = ScratchFolder.write(
      "model: .\ninputs: inputs.jsonl\nmutations: {region: [4096, 4096], sample: 10}\n", "screen.yaml")
    _ = try ScreenEstimate.make(configurationPath: yaml, node: .init(ranks: 8, memory: 1 << 62))
  }

  static func smallModel() throws -> HostShape {
    let folder = ScratchFolder.path + "/small"
    if access(folder, F_OK) != 0 {
      mkdir(folder, 0o700)
      ScratchFolder.write(
        """
        {"model_type": "llama", "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 4,
        "num_attention_heads": 8, "vocab_size": 300, "max_position_embeddings": 64}
        """, "small/config.json")
    }
    return try HostShape.load(path: folder)
  }
}

/// Tokens are bytes.
struct Letters: Tokenizer {
  let vocabularyCount = 256
  let beginToken: Int32? = nil

  func encode(_ text: String) -> [Int32] { text.utf8.map { Int32($0) } }

  func decode(_ tokens: [Int32]) -> String {
    String(decoding: tokens.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
  }

  func bytes(of token: Int32) -> [UInt8] { [UInt8(truncatingIfNeeded: token)] }

  func token(_ id: Int32) -> String? { nil }
}

import Foundation
import Hosts
import LinearAlgebra
import TestSupport
import Transformer

/// A model of two layers and some numbers that a test writes as strangers do.
struct TinyModel {
  static let hidden = 8
  static let vocabulary = 12

  var configuration: [String: Any] = [
    "model_type": "llama", "hidden_size": hidden, "intermediate_size": 12, "num_hidden_layers": 2,
    "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": vocabulary, "max_position_embeddings": 64,
  ]
  var tensors: [TensorWriter.Tensor]

  init() throws {
    tensors = []
    let shapes = try Places.withTemporaryFolder { folder in
      try write(configurationTo: folder)
      return Model.tensorShapes(try HostShape.load(path: folder))
    }
    tensors = shapes.enumerated().map { index, tensor in
      TinyModel.tensor(tensor.name, tensor.shape, seed: UInt64(index + 1))
    }
  }

  /// A tensor of some numbers.
  static func tensor(_ name: String, _ shape: [Int], seed: UInt64) -> TensorWriter.Tensor {
    TensorWriter.Tensor(name, shape, TensorWriter.numbers(shape.reduce(1, *), seed: seed))
  }

  mutating func remove(_ name: String) { tensors.removeAll { $0.name == name } }

  mutating func rename(_ change: (String) -> String) {
    tensors = tensors.map { TensorWriter.Tensor(change($0.name), $0.shape, $0.values) }
  }

  func values(_ name: String) -> [Float] { tensors.first { $0.name == name }?.values ?? [] }

  // MARK: Reading it

  func load() throws -> Model {
    try Places.withTemporaryFolder { folder in
      try write(configurationTo: folder)
      try TensorWriter.write(folder + "/model.safetensors", tensors)
      return try Model.load(path: folder)
    }
  }

  /// The sentence with which the model is refused.
  func refusal() -> String {
    do {
      _ = try load()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  /// `[tokens · vocabulary]` for one prompt.
  func logits() throws -> [Float] {
    let prompt: [Int32] = [1, 5, 7, 2, 11]
    let pass = ForwardPass(model: try load(), positionCount: prompt.count)
    let logits = Prefill([prompt], firstScored: [0], pass: pass).logits().view.reading
    return (0..<logits.rows).flatMap { row in (0..<logits.columns).map { logits[row, $0] } }
  }

  private func write(configurationTo folder: String) throws {
    let data = try JSONSerialization.data(withJSONObject: configuration)
    try data.write(to: URL(fileURLWithPath: folder + "/config.json"))
  }
}

import Weights

/// Weights in few bits, recognized by what lies in the files: their names and types differ from method to method, but
/// where a matrix should be there are always other tensors of its module, or numbers of another type.
package struct PackedWeights {
  private let checkpoint: Checkpoint

  /// What a person can do about weights in few bits.
  package static let remedy =
    "of folders only weights in float32, bfloat16 or float16 are read, so take the model that was quantised, or a GGUF "
    + "file of it"

  init(_ checkpoint: Checkpoint) {
    self.checkpoint = checkpoint
  }

  /// The matrix of that name, or the error that says best why there is none.
  func matrix(_ weight: String, shape: [Int]) throws -> Tensor {
    do {
      return try checkpoint.tensor(weight, shape: shape)
    } catch {
      try check(weight)
      throw error
    }
  }

  /// Throws a `TransformerError` if the matrix of that name is not there as plain numbers, and something else is.
  func check(_ weight: String) throws {
    let module = String(weight.dropLast("weight".count))
    let tensors = checkpoint.names.filter { $0.hasPrefix(module) }
    let found = tensors.first { $0 != weight && !$0.hasSuffix(".bias") }
    let attempt = "cannot use the model \(checkpoint.path)"
    if tensors.contains(where: { $0.contains("lora_") || $0.contains(".base_layer.") }) {
      throw TransformerError(
        "\(attempt): its files hold an adapter beside the weights (\(found ?? module)); put it into them with "
          + "Python's peft: model.merge_and_unload().save_pretrained(NEW_FOLDER)")
    }
    if let type = checkpoint.unreadableType(of: weight) {
      guard type.isFewBits else { return }
      throw TransformerError(
        "\(attempt): \(weight) is quantised, its numbers are of type \(type); \(PackedWeights.remedy)")
    }
    if let found {
      throw TransformerError(
        "\(attempt): its weights are quantised, as \(found) "
          + "\(checkpoint.contains(weight) ? "beside" : "in the place of") \(weight) says; \(PackedWeights.remedy)")
    }
  }
}

extension String {
  /// Whether numbers of this type of safetensors have 8 bits or fewer, or are packed into whole numbers.
  fileprivate var isFewBits: Bool {
    hasPrefix("F8") || hasPrefix("F6") || hasPrefix("F4") || hasPrefix("I") || hasPrefix("U")
  }
}

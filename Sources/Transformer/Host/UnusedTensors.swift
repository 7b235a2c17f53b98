import Weights

/// The tensors of a checkpoint that a model has no use for. What its own code would compute anyway, or what adds
/// nothing, is left out without a word; any other says that the weights are of another architecture than the
/// configuration names.
struct UnusedTensors {
  private let names: TensorNames
  private let checkpoint: Checkpoint
  private let used: Set<String>
  private let layerCount: Int
  private let passedOver: [String]

  init(_ names: TensorNames, _ checkpoint: Checkpoint, used: Set<String>, shape: HostShape) {
    self.names = names
    layerCount = shape.layerCount
    passedOver = shape.passedOver
    self.checkpoint = checkpoint
    self.used = used
  }

  /// Throws a `TransformerError` that names the first tensor without which results would be others. Reads unused
  /// biases.
  func check() throws {
    guard let name = checkpoint.names.first(where: { !used.contains($0) && belongsToDecoder($0) && !isHarmless($0) })
    else { return }
    let attempt = "cannot use the model \(checkpoint.path): it holds the tensor \(name)"
    if let layer = layer(of: name), !(0..<layerCount).contains(layer) {
      throw TransformerError(
        "\(attempt), and the number of layers in \(checkpoint.authority) leaves no layer \(layer); correct that "
          + "number, or remove the tensors"
      )
    }
    if let weight = weight(above: name) { try PackedWeights(checkpoint).check(weight) }
    let keys = checkpoint.gguf == nil ? "model_type and, for a bias, attention_bias" : "general.architecture"
    throw TransformerError(
      "\(attempt), which the architecture that \(checkpoint.authority) names would leave out; check \(keys) there, or "
        + "take a model of a supported architecture")
  }

  // MARK: Judging

  /// Other parts of a larger model, and heads for other tasks, have names of their own.
  private func belongsToDecoder(_ name: String) -> Bool {
    name.hasPrefix(names.prefix) || name.hasPrefix(String(names.head.dropLast("weight".count)))
  }

  private func isHarmless(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    // Tables of the rotary embedding and masks, which older versions saved.
    if passedOver.contains(where: { name == $0 || name.hasSuffix("." + $0) }) { return true }
    if parts.contains("rotary_emb") || ["masked_bias", "inv_freq", "position_ids"].contains(parts.last) { return true }
    guard parts.last == "bias", let bias = try? checkpoint.tensor(named: name) else { return false }
    return bias.elementCount == 0 || bias.extremes() == (0, 0)
  }

  /// The matrix in whose module the tensor lies, at whatever depth.
  private func weight(above name: String) -> String? {
    let parts = name.split(separator: ".")
    guard parts.last != "bias" else { return nil }
    return parts.indices.lazy.map { parts[..<$0].joined(separator: ".") + ".weight" }.first(where: used.contains)
  }

  private func layer(of name: String) -> Int? {
    guard name.hasPrefix(names.layers) else { return nil }
    let parts = name.dropFirst(names.layers.count).split(separator: ".")
    return parts.first.flatMap { Int($0) }
  }
}

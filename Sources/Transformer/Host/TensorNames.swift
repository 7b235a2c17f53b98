import Weights

/// The names that a model's tensors have in its files. Names of tensors live here and nowhere else.
///
/// transformers writes `model.layers.0.…`, and `layers.0.…` for a model without its head; wrappers put names of their
/// own in front of either.
struct TensorNames {
  /// What stands before `layers.0.…`, with the dot behind it, or nothing.
  let prefix: String
  /// The name of the head, be it there or not.
  let head: String

  /// The names that transformers gives a causal language model.
  static let usual = TensorNames(prefix: "model.", head: headSuffix)

  private static let headSuffix = "lm_head.weight"

  private init(prefix: String, head: String) {
    self.prefix = prefix
    self.head = head
  }

  var embedding: String { prefix + "embed_tokens.weight" }
  var finalNorm: String { prefix + "norm.weight" }

  func attentionNorm(layer: Int) -> String { "\(prefix)layers.\(layer).input_layernorm.weight" }
  func feedForwardNorm(layer: Int) -> String { "\(prefix)layers.\(layer).post_attention_layernorm.weight" }

  func weight(_ matrix: WeightMatrix, layer: Int) -> String { module(matrix, layer) + ".weight" }
  func bias(_ matrix: WeightMatrix, layer: Int) -> String { module(matrix, layer) + ".bias" }

  private func module(_ matrix: WeightMatrix, _ layer: Int) -> String {
    switch matrix {
    case .q, .k, .v, .o: "\(prefix)layers.\(layer).self_attn.\(matrix.rawValue)_proj"
    case .gate, .up, .down: "\(prefix)layers.\(layer).mlp.\(matrix.rawValue)_proj"
    }
  }

  // MARK: Finding them

  /// Finds the prefix by what stands behind it; a `TransformerError` when two decoders are there. Where none is whole,
  /// the names are those of which most are there.
  init(_ checkpoint: Checkpoint, layerCount: Int) throws {
    let candidates = TensorNames.prefixes(checkpoint).map { TensorNames(prefix: $0, head: TensorNames.headSuffix) }
    let counts = candidates.map { $0.signs(layerCount: layerCount).count(where: checkpoint.contains) }
    let most = counts.max() ?? 0
    let best = zip(candidates, counts).filter { $0.1 == most }.map(\.0.prefix)
    guard best.count < 2 else {
      throw TransformerError(
        "cannot use the model \(checkpoint.path): its files hold two models, '\(best[0])layers.0' and "
          + "'\(best[1])layers.0'; save the one that is meant alone")
    }
    prefix = best.first ?? TensorNames.usual.prefix
    head = TensorNames.head(of: prefix, checkpoint)
  }

  /// What stands before the names of the first layer's tensors, each once.
  private static func prefixes(_ checkpoint: Checkpoint) -> [String] {
    let anchors = [usual.attentionNorm(layer: 0), usual.weight(.q, layer: 0)].map { $0.dropFirst(usual.prefix.count) }
    let found = checkpoint.names.flatMap { name in
      anchors.filter { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
    }
    return Set(found).filter { $0.isEmpty || $0.hasSuffix(".") }.sorted()
  }

  /// Tensors by which a decoder of so many layers is known: those of the first and of the last layer, and the
  /// embedding.
  private func signs(layerCount: Int) -> [String] {
    [0, layerCount - 1].flatMap { layer in
      [attentionNorm(layer: layer), feedForwardNorm(layer: layer)]
        + WeightMatrix.allCases.map { weight($0, layer: layer) }
    } + [embedding]
  }

  /// The head lies beside the decoder or above it: the innermost that is there.
  private static func head(of prefix: String, _ checkpoint: Checkpoint) -> String {
    var outer = prefix.split(separator: ".").map(String.init)
    while true {
      let name = (outer + [headSuffix]).joined(separator: ".")
      if outer.isEmpty || checkpoint.contains(name) { return name }
      outer.removeLast()
    }
  }
}

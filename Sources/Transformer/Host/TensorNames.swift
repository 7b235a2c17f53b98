import Basics
import Weights

/// The names that a model's tensors have in its files: those of the steps, behind a prefix that is read off the files.
///
/// transformers writes `model.layers.0.…`, and `layers.0.…` for a model without its head; wrappers put names of their
/// own in front of either.
struct TensorNames {
  /// What stands before `layers.0.…`, with the dot behind it, or nothing.
  let prefix: String
  /// The name of the head, be it there or not.
  let head: String
  private let shape: HostShape

  /// The names as transformers writes a causal language model.
  init(usual shape: HostShape) {
    self.init(shape, prefix: shape.prefix)
  }

  private init(_ shape: HostShape, prefix: String) {
    self.prefix = prefix
    self.shape = shape
    head = shape.readout.headName
  }

  var embedding: String { prefix + shape.embedding.tensor.name }
  var headBias: String { head.dropLast("weight".count) + "bias" }

  /// The name of a tensor outside the layers.
  func outside(_ name: String) -> String { prefix + name }

  /// The name of a tensor of a layer's step.
  func tensor(_ name: String, layer: Int) -> String { "\(layers)\(layer).\(name)" }

  /// What stands before the number of a layer.
  var layers: String { "\(prefix)\(shape.layersName)." }

  // MARK: Finding them

  /// Finds the prefix by what stands behind it; a `TransformerError` when two decoders are there. Where none is whole,
  /// the names are those of which most are there.
  init(_ checkpoint: Checkpoint, _ shape: HostShape) throws {
    let candidates = TensorNames.prefixes(checkpoint, shape).map { TensorNames(shape, prefix: $0) }
    let counts = candidates.map { $0.signs.count(where: checkpoint.contains) }
    let most = counts.max() ?? 0
    let best = zip(candidates, counts).filter { $0.1 == most }.map(\.0.layers)
    guard best.count < 2 else {
      throw TransformerError(
        "cannot use the model \(checkpoint.path): its files hold two models, \((best[0] + "0").quotedName) and "
          + "\((best[1] + "0").quotedName); save the one that is meant alone")
    }
    self.shape = shape
    prefix = best.first.map { String($0.dropLast(shape.layersName.count + 1)) } ?? shape.prefix
    head = TensorNames.head(of: prefix, shape, checkpoint)
  }

  /// What stands before the names of the first layer's tensors, each once: of its first norm and its first matrix.
  private static func prefixes(_ checkpoint: Checkpoint, _ shape: HostShape) -> [String] {
    let block = shape.blocks[0]
    let norm = block.steps.lazy.compactMap { $0 as? Norm }.first?.tensors.first?.name
    let matrix = block.matrices.first.map { block.product(of: $0).step.weightName }
    let bare = TensorNames(shape, prefix: "")
    let anchors = [norm, matrix].compactMap { $0 }.map { bare.tensor($0, layer: 0) }
    let found = checkpoint.names.flatMap { name in
      anchors.filter { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
    }
    return Set(found).filter { $0.isEmpty || $0.hasSuffix(".") }.sorted()
  }

  /// Tensors by which a model of so many layers is known: those of the first and of the last layer but for biases, and
  /// the embedding.
  private var signs: [String] {
    [0, shape.layerCount - 1].flatMap { layer in
      shape.blocks[layer].tensors.filter { !$0.name.hasSuffix(".bias") }.map { tensor($0.name, layer: layer) }
    } + [embedding]
  }

  /// The head lies beside the decoder or above it: the innermost that is there.
  private static func head(of prefix: String, _ shape: HostShape, _ checkpoint: Checkpoint) -> String {
    var outer = prefix.split(separator: ".").map(String.init)
    while true {
      let name = (outer + [shape.readout.headName]).joined(separator: ".")
      if outer.isEmpty || checkpoint.contains(name) { return name }
      outer.removeLast()
    }
  }
}

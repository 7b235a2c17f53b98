import Weights

/// The tensors of a model's blocks out of a checkpoint, each checked against the step that needs it.
struct TensorSource {
  private let checkpoint: Checkpoint
  private let tensorNames: TensorNames
  private let shape: HostShape

  init(_ checkpoint: Checkpoint, _ names: TensorNames, _ shape: HostShape) {
    self.checkpoint = checkpoint
    tensorNames = names
    self.shape = shape
  }

  /// Names of all tensors of all blocks.
  var names: [String] {
    shape.blocks.enumerated().flatMap { layer, block in
      block.tensors.map { tensorNames.tensor($0.name, layer: layer) }
    }
  }

  /// The weights of a block; reads its norms and biases.
  func layer(_ index: Int) throws -> Model.Layer {
    let block = shape.blocks[index]
    var projections: [WeightMatrix: Projection] = [:]
    for matrix in block.matrices { projections[matrix] = try projection(block.product(of: matrix).step, layer: index) }
    let norms = try block.steps.map { step in
      guard let norm = step as? Norm else { return NormWeights.none }
      return try self.norm(norm) { tensorNames.tensor($0, layer: index) }
    }
    return Model.Layer(norms: norms, projections: projections)
  }

  /// The vectors of a norm, whose tensors have the names that `name` makes of those behind the layer's.
  func norm(_ norm: Norm, _ name: (String) -> String) throws -> NormWeights {
    var gain = Array(repeating: Float(1), count: norm.width)
    if norm.gain != .none {
      let stored = try vector(name(norm.gainName), count: norm.width)
      gain = norm.gain == .onePlusStored ? stored.map { 1 + $0 } : stored
    }
    return NormWeights(gain: gain, bias: norm.hasBias ? try vector(name(norm.biasName), count: norm.width) : nil)
  }

  private func projection(_ product: Product, layer: Int) throws -> Projection {
    let tensor = try PackedWeights(checkpoint).matrix(
      tensorNames.tensor(product.weightName, layer: layer), shape: product.tensors[0].shape)
    let weight = StoredMatrix(tensor, storage: product.storage, rows: product.rows)
    guard product.hasBias else { return Projection(weight: weight, bias: nil) }
    let stored = try vector(
      tensorNames.tensor(product.biasName, layer: layer), count: product.storage.total ?? product.rows)
    let runs = product.storage.runs(rows: 0..<product.rows)
    return Projection(weight: weight, bias: runs.flatMap { stored[$0.start..<$0.start + $0.rows.count] })
  }

  /// The weights of an embedding of patches, whose tensors have the names that `name` makes of those behind the model's
  /// prefix.
  func patches(_ embedding: PatchEmbedding, matrix: Tensor, _ name: (String) -> String) throws -> PatchWeights {
    let (bias, token) = (embedding.otherTensors[0], embedding.otherTensors[1])
    return PatchWeights(
      projection: Projection(weight: StoredMatrix(matrix), bias: try vector(name(bias.name), count: embedding.width)),
      classToken: elements(of: try checkpoint.tensor(name(token.name), shape: token.shape)))
  }

  /// The elements of a vector.
  func vector(_ name: String, count: Int) throws -> [Float] {
    elements(of: try checkpoint.tensor(name, shape: [count]))
  }

  private func elements(of tensor: Tensor) -> [Float] {
    let count = tensor.elementCount
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      tensor.widen(rows: 0..<tensor.rows, into: base)
      initialized = count
    }
  }
}

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
    let gains = try block.steps.map { step -> [Float] in
      guard let norm = step as? Norm, let gain = norm.tensors.first else { return [] }
      return try vector(tensorNames.tensor(gain.name, layer: index), count: norm.width)
    }
    return Model.Layer(gains: gains, projections: projections)
  }

  private func projection(_ product: Product, layer: Int) throws -> Projection {
    let weight = try PackedWeights(checkpoint).matrix(
      tensorNames.tensor(product.weightName, layer: layer), shape: [product.rows, product.columns])
    let bias =
      product.hasBias
      ? try vector(tensorNames.tensor(product.biasName, layer: layer), count: product.rows) : nil
    return Projection(weight: weight, bias: bias)
  }

  /// The elements of a vector.
  func vector(_ name: String, count: Int) throws -> [Float] {
    let tensor = try checkpoint.tensor(name, shape: [count])
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      tensor.widen(rows: 0..<1, into: base)
      initialized = count
    }
  }
}

import Weights

/// The tensors of a model's blocks out of a checkpoint, each checked against the configuration.
struct TensorSource {
  private let checkpoint: Checkpoint
  private let tensorNames: TensorNames
  private let configuration: LlamaConfiguration

  init(_ checkpoint: Checkpoint, _ names: TensorNames, _ configuration: LlamaConfiguration) {
    self.checkpoint = checkpoint
    tensorNames = names
    self.configuration = configuration
  }

  /// Names of all tensors of all blocks.
  var names: [String] {
    (0..<configuration.layerCount).flatMap { layer in
      [tensorNames.attentionNorm(layer: layer), tensorNames.feedForwardNorm(layer: layer)]
        + WeightMatrix.allCases.flatMap { matrix in
          [tensorNames.weight(matrix, layer: layer)]
            + (hasBias(matrix) ? [tensorNames.bias(matrix, layer: layer)] : [])
        }
    }
  }

  /// The weights of a block; reads its norms and biases.
  func layer(_ index: Int) throws -> Model.Layer {
    let width = configuration.hiddenSize
    let projections = try WeightMatrix.allCases.map { matrix in
      let (rows, columns) = configuration.shape(of: matrix)
      return Projection(
        weight: try PackedWeights(checkpoint).matrix(tensorNames.weight(matrix, layer: index), shape: [rows, columns]),
        bias: hasBias(matrix) ? try vector(tensorNames.bias(matrix, layer: index), count: rows) : nil)
    }
    return Model.Layer(
      attentionNorm: try vector(tensorNames.attentionNorm(layer: index), count: width),
      feedForwardNorm: try vector(tensorNames.feedForwardNorm(layer: index), count: width),
      projections: projections)
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

  private func hasBias(_ matrix: WeightMatrix) -> Bool {
    matrix == .o ? configuration.outputBias : matrix.isAttentionInput && configuration.inputBias
  }
}

extension WeightMatrix {
  /// Whether the matrix reads the normalised input of attention: q, k and v do.
  fileprivate var isAttentionInput: Bool { self == .q || self == .k || self == .v }
}

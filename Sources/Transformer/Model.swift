import Weights

/// A Llama-family model over the mapped weights of a checkpoint. Tensor names live here and nowhere else.
public struct Model {
  /// The weights of one decoder block.
  public struct Layer {
    public let attentionNorm: [Float]
    public let feedForwardNorm: [Float]
    let projections: [Projection]

    public subscript(matrix: WeightMatrix) -> Projection { projections[matrix.index] }
  }

  public let configuration: LlamaConfiguration
  public let embedding: Tensor
  public let layers: [Layer]
  public let finalNorm: [Float]
  /// The language-model head `[vocabulary, hidden]`; the embedding where they are tied.
  public let head: Projection

  /// Looks up every tensor and checks its shape against the configuration; reads only the small norm vectors.
  public init(configuration: LlamaConfiguration, checkpoint: Checkpoint) throws {
    self.configuration = configuration
    let width = configuration.hiddenSize
    embedding = try checkpoint.tensor(Model.embeddingName, shape: [configuration.vocabularyCount, width])
    layers = try (0..<configuration.layerCount).map { index in
      try Model.layer(index, configuration: configuration, checkpoint: checkpoint)
    }
    finalNorm = try Model.vector(Model.finalNormName, count: width, checkpoint: checkpoint)
    let untied = !configuration.tiedHead && checkpoint.contains(Model.headName)
    if !configuration.tiedHead && !untied {
      // Raises the error that names the missing tensor.
      _ = try checkpoint.tensor(Model.headName, shape: [configuration.vocabularyCount, width])
    }
    let headTensor =
      untied ? try checkpoint.tensor(Model.headName, shape: [configuration.vocabularyCount, width]) : embedding
    head = Projection(weight: headTensor, bias: nil)
  }

  /// Reads configuration and weights of a Hugging Face folder or a llama2.c file.
  public static func load(path: String) throws -> Model {
    let configuration = try LlamaConfiguration.load(path: path)
    return try Model(configuration: configuration, checkpoint: try Checkpoint(path: path))
  }

  // MARK: Tensors

  /// Name and shape of every tensor that a model without biases has, in the order of its layers.
  public static func tensorShapes(_ configuration: LlamaConfiguration) -> [(name: String, shape: [Int])] {
    let width = configuration.hiddenSize
    let table = [configuration.vocabularyCount, width]
    var tensors = [(name: embeddingName, shape: table)]
    for index in 0..<configuration.layerCount {
      let prefix = prefix(ofLayer: index)
      tensors.append((prefix + attentionNormName, [width]))
      tensors.append((prefix + feedForwardNormName, [width]))
      for matrix in WeightMatrix.allCases {
        let (rows, columns) = configuration.shape(of: matrix)
        tensors.append((prefix + name(of: matrix) + ".weight", [rows, columns]))
      }
    }
    tensors.append((finalNormName, [width]))
    return configuration.tiedHead ? tensors : tensors + [(headName, table)]
  }

  private static let embeddingName = "model.embed_tokens.weight"
  private static let attentionNormName = "input_layernorm.weight"
  private static let feedForwardNormName = "post_attention_layernorm.weight"
  private static let finalNormName = "model.norm.weight"
  private static let headName = "lm_head.weight"

  private static func prefix(ofLayer index: Int) -> String { "model.layers.\(index)." }

  private static func layer(
    _ index: Int, configuration: LlamaConfiguration, checkpoint: Checkpoint
  ) throws -> Layer {
    let prefix = prefix(ofLayer: index)
    let projections = try WeightMatrix.allCases.map { matrix in
      let (rows, columns) = configuration.shape(of: matrix)
      let name = prefix + Model.name(of: matrix)
      let hasBias = matrix == .o ? configuration.outputBias : matrix.isAttentionInput && configuration.inputBias
      return Projection(
        weight: try checkpoint.tensor(name + ".weight", shape: [rows, columns]),
        bias: hasBias ? try vector(name + ".bias", count: rows, checkpoint: checkpoint) : nil)
    }
    let width = configuration.hiddenSize
    return Layer(
      attentionNorm: try vector(prefix + attentionNormName, count: width, checkpoint: checkpoint),
      feedForwardNorm: try vector(prefix + feedForwardNormName, count: width, checkpoint: checkpoint),
      projections: projections)
  }

  private static func name(of matrix: WeightMatrix) -> String {
    switch matrix {
    case .q, .k, .v, .o: "self_attn.\(matrix.rawValue)_proj"
    case .gate, .up, .down: "mlp.\(matrix.rawValue)_proj"
    }
  }

  private static func vector(_ name: String, count: Int, checkpoint: Checkpoint) throws -> [Float] {
    let tensor = try checkpoint.tensor(name, shape: [count])
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      tensor.widen(rows: 0..<1, into: base)
      initialized = count
    }
  }
}

extension WeightMatrix {
  /// Whether the matrix reads the normalised input of attention: q, k and v do.
  var isAttentionInput: Bool { self == .q || self == .k || self == .v }
}

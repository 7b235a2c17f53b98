import Weights

/// A Llama-family model over the mapped weights of a checkpoint.
public struct Model {
  /// The weights of one decoder block.
  public struct Layer {
    /// The gain of the norm before attention, `[hidden]`.
    public let attentionNorm: [Float]
    /// The gain of the norm before the feed-forward layer, `[hidden]`.
    public let feedForwardNorm: [Float]
    let projections: [Projection]

    /// One of the layer's matrices.
    public subscript(matrix: WeightMatrix) -> Projection { projections[matrix.index] }
  }

  /// As it was given, but for `tiedHead`: the files decide that.
  public let configuration: LlamaConfiguration
  /// The embedding, `[vocabulary, hidden]`.
  public let embedding: Tensor
  /// The layers, each with its matrices and norms.
  public let layers: [Layer]
  /// The gain of the final norm, `[hidden]`.
  public let finalNorm: [Float]
  /// The language-model head `[vocabulary, hidden]`; the embedding where they are tied.
  public let head: Projection
  /// Names of the tensors that the model is made of, in the order of its layers.
  public let tensorNames: [String]
  /// What a person should know of how the files were understood, a sentence each.
  public let notices: [String]

  /// Looks up every tensor and checks its shape against the configuration; reads only the small norm vectors, and
  /// biases.
  ///
  /// Throws a `TransformerError` or a `WeightsError` when a tensor is missing, quantised or of another shape, and when
  /// the files hold one that a model of this configuration would leave out.
  public init(configuration: LlamaConfiguration, checkpoint: Checkpoint) throws {
    let names = try TensorNames(checkpoint, layerCount: configuration.layerCount)
    let source = TensorSource(checkpoint, names, configuration)
    let choice = try HeadChoice(names, configuration, checkpoint)
    embedding = choice.embedding
    head = Projection(weight: choice.head, bias: nil)
    layers = try (0..<configuration.layerCount).map(source.layer)
    finalNorm = try source.vector(names.finalNorm, count: configuration.hiddenSize)
    var actual = configuration
    actual.tiedHead = choice.isTied
    self.configuration = actual
    tensorNames = [choice.embedding.name] + source.names + [names.finalNorm, choice.head.name]
    notices = [choice.notice, checkpoint.adapterNotice].compactMap { $0 }
    try UnusedTensors(names, checkpoint, used: Set(tensorNames)).check()
  }

  /// Reads configuration and weights of a Hugging Face folder or a llama2.c file.
  public static func load(path: String) throws -> Model {
    let configuration = try LlamaConfiguration.load(path: path)
    return try Model(configuration: configuration, checkpoint: try Checkpoint(path: path))
  }

  /// Name and shape of every tensor that a model without biases has, in the order of its layers, as transformers names
  /// them.
  public static func tensorShapes(_ configuration: LlamaConfiguration) -> [(name: String, shape: [Int])] {
    let names = TensorNames.usual
    let width = configuration.hiddenSize
    let table = [configuration.vocabularyCount, width]
    var tensors = [(name: names.embedding, shape: table)]
    for layer in 0..<configuration.layerCount {
      tensors.append((names.attentionNorm(layer: layer), [width]))
      tensors.append((names.feedForwardNorm(layer: layer), [width]))
      for matrix in WeightMatrix.allCases {
        let (rows, columns) = configuration.shape(of: matrix)
        tensors.append((names.weight(matrix, layer: layer), [rows, columns]))
      }
    }
    tensors.append((names.finalNorm, [width]))
    return configuration.tiedHead ? tensors : tensors + [(names.head, table)]
  }
}

import Weights

/// A model over the mapped weights of a checkpoint.
public struct Model {
  /// The weights of one decoder block.
  public struct Layer {
    /// The vectors of each step that is a norm, by its place in the list; empty for the others.
    public let norms: [NormWeights]
    /// The projection of each matrix, by its index; nil for those that the block has not.
    private let projections: [Projection?]

    init(norms: [NormWeights], projections: [WeightMatrix: Projection]) {
      self.norms = norms
      self.projections = WeightMatrix.ofBlocks.map { projections[$0] }
    }

    /// The gain of each step that is a norm, by its place in the list; empty for the others.
    public var gains: [[Float]] { norms.map(\.gain) }

    /// The projection of a matrix that the block has.
    public subscript(matrix: WeightMatrix) -> Projection {
      guard let projection = projections[matrix.index] else { preconditionFailure("the block has \(matrix)") }
      return projection
    }
  }

  /// As it was given, but for whether the head is tied: the files decide that.
  public let shape: HostShape
  /// The files that hold the weights.
  public let checkpoint: Checkpoint
  /// The matrix of the embedding: the table of tokens, `[vocabulary, hidden]`, or what patches are multiplied with,
  /// `[hidden, channel, row, column]`.
  public let embedding: Tensor
  /// What each position adds to the embedding, `[rows, hidden]`, of images `[1, rows, hidden]`; nil where positions are
  /// not learned.
  public let positionTable: Tensor?
  /// The vectors of the norm of the embedding; nil without one.
  public let embeddingNorm: NormWeights?
  /// What belongs to the embedding of patches; nil where the model reads tokens.
  let patchWeights: PatchWeights?
  /// The layers, each with its matrices and norms.
  public let layers: [Layer]
  /// The vectors of the final norm.
  public let finalNorm: NormWeights
  /// The head, `[vocabulary, hidden]`, or `[classes, hidden]`; the embedding where they are tied.
  public let head: Projection
  /// Names of the tensors that the model is made of, in the order of its layers: those of `tensors` as the files have
  /// them, and last the head's, which is the embedding's where they are tied.
  public let tensorNames: [String]
  /// What a person should know of how the files were understood, a sentence each.
  public let notices: [String]
  /// Units that are zero in every pass; nil: none.
  public private(set) var zeroUnits: ZeroUnits?

  /// Looks up every tensor and checks its shape against the steps; reads only the small norm vectors, and biases.
  ///
  /// Throws a `TransformerError` or a `WeightsError` when a tensor is missing, quantised or of another shape, and when
  /// the files hold one that a model of this shape would leave out. `remarks` become notices.
  public init(shape: HostShape, checkpoint: Checkpoint, remarks: [String] = []) throws {
    self.checkpoint = checkpoint
    let names = try TensorNames(checkpoint, shape)
    let source = TensorSource(checkpoint, names, shape)
    let choice = try HeadChoice(names, shape, checkpoint)
    embedding = choice.embedding
    positionTable = try shape.embedding.positionTensor.map {
      try checkpoint.tensor(names.outside($0.name), shape: $0.shape)
    }
    embeddingNorm = try shape.embedding.tokens?.norm.map { try source.norm($0, names.outside) }
    patchWeights = try shape.embedding.patches.map { try source.patches($0, matrix: choice.embedding, names.outside) }
    head = Projection(
      weight: StoredMatrix(choice.head),
      bias: shape.readout.hasBias ? try source.vector(names.headBias, count: shape.vocabularyCount) : nil)
    layers = try (0..<shape.layerCount).map(source.layer)
    finalNorm = try source.norm(shape.readout.norm, names.outside)
    var actual = shape
    actual.readout.isTied = choice.isTied
    self.shape = actual
    tensorNames =
      [choice.embedding.name] + shape.embedding.otherTensors.map { names.outside($0.name) } + source.names
      + shape.readout.norm.tensors.map { names.outside($0.name) } + (shape.readout.hasBias ? [names.headBias] : [])
      + [choice.head.name]
    notices = [choice.notice, checkpoint.adapterNotice].compactMap { $0 } + remarks
    try UnusedTensors(names, checkpoint, used: Set(tensorNames), shape: shape).check()
  }

  /// A matrix in its file: of a layer, or outside of all.
  public func matrix(_ matrix: WeightMatrix, layer: Int) -> StoredMatrix {
    switch matrix {
    case .embedding: StoredMatrix(embedding)
    case .head: head.weight
    default: layers[layer][matrix].weight
    }
  }

  /// The same model with these units at zero, and no others; it must have them.
  public func with(zeroUnits: ZeroUnits?) -> Model {
    precondition(zeroUnits?.fit(shape) ?? true, "units of the model")
    var model = self
    model.zeroUnits = zeroUnits
    return model
  }

  /// Every tensor that a model has, in the order of its layers, under the names that transformers gives them.
  public static func tensors(_ shape: HostShape) -> [StepTensor] {
    let names = TensorNames(usual: shape)
    var tensors = ([shape.embedding.tensor] + shape.embedding.otherTensors).map { $0.named(names.outside($0.name)) }
    for (layer, block) in shape.blocks.enumerated() {
      tensors += block.tensors.map { $0.named(names.tensor($0.name, layer: layer)) }
    }
    tensors += shape.readout.norm.tensors.map { $0.named(names.outside($0.name)) }
    if shape.readout.hasBias { tensors.append(StepTensor(names.headBias, [shape.vocabularyCount], neutral: 0)) }
    return shape.tiedHead ? tensors : tensors + [StepTensor(names.head, [shape.vocabularyCount, shape.hiddenSize])]
  }

  /// Name and shape of every tensor that a model has, in the order of its layers, as transformers names them.
  public static func tensorShapes(_ shape: HostShape) -> [(name: String, shape: [Int])] {
    tensors(shape).map { ($0.name, $0.shape) }
  }
}

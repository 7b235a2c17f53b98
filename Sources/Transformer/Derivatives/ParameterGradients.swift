import LinearAlgebra

/// A tensor of a model that a loss may be differentiated by.
public enum Parameter: Hashable, Sendable {
  /// The table of embeddings as the start of the residual stream, `[vocabulary, hidden]`.
  case embedding
  /// A weight matrix of a layer, `[out, in]`.
  case matrix(WeightMatrix, layer: Int)
  /// The bias of a weight matrix, `[1, out]`.
  case bias(WeightMatrix, layer: Int)
  /// The gain of a norm by its place in the block's list of steps, `[1, width]`.
  case gain(step: Int, layer: Int)
  /// The bias of a norm by its place in the block's list of steps, `[1, width]`.
  case normBias(step: Int, layer: Int)
  /// The gain of the final norm, `[1, hidden]`.
  case finalGain
  /// The bias of the final norm, `[1, hidden]`.
  case finalBias
  /// The language-model head, `[vocabulary, hidden]`, apart from its use as embedding where they are tied.
  case head

  /// Rows and columns of the tensor in a model.
  public func size(in shape: HostShape) -> (rows: Int, columns: Int) {
    switch self {
    case .embedding, .head: return (shape.vocabularyCount, shape.hiddenSize)
    case .finalGain, .finalBias: return (1, shape.hiddenSize)
    case .matrix(let matrix, let layer):
      let product = shape.blocks[layer].product(of: matrix).step
      return (product.rows, product.columns)
    case .bias(let matrix, let layer): return (1, shape.blocks[layer].product(of: matrix).step.rows)
    case .gain(let step, let layer), .normBias(let step, let layer):
      guard let norm = shape.blocks[layer].steps[step] as? Norm else { preconditionFailure("step \(step) is a norm") }
      return (1, norm.width)
    }
  }
}

/// Float32 matrices of the caller to which gradients of some parameters are added, batch by batch.
///
/// Within a batch rows are summed in their order, whatever the number of threads. A sum over batches is that of the
/// order in which they are given.
public struct ParameterGradients {
  private let sums: [Parameter: Matrix]

  /// Gradients are added to these matrices, each of the size of its parameter; one matrix may stand for embedding and
  /// head together where they are tied.
  public init(_ sums: [Parameter: Matrix], shape: HostShape) {
    for (parameter, matrix) in sums {
      precondition((matrix.rows, matrix.columns) == parameter.size(in: shape), "the sums of \(parameter) have its size")
    }
    self.sums = sums
  }

  /// Matrices of zeros for some parameters.
  public init(of parameters: some Sequence<Parameter>, shape: HostShape) {
    let pairs = Set(parameters).map { parameter -> (Parameter, Matrix) in
      let size = parameter.size(in: shape)
      return (parameter, Matrix(rows: size.rows, columns: size.columns))
    }
    self.init(Dictionary(uniqueKeysWithValues: pairs), shape: shape)
  }

  /// The sums of a parameter; nil where nobody asks for its gradient.
  public subscript(parameter: Parameter) -> Matrix? { sums[parameter] }
}

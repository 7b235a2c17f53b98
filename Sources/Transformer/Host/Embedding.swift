import LinearAlgebra

/// The start of a model: how what it is given becomes the residual stream.
public enum Embedding: Sendable {
  /// A language model looks tokens up in a table.
  case tokens(TokenEmbedding)
  /// A vision transformer multiplies patches of an image with a matrix.
  case patches(PatchEmbedding)

  /// The embedding of tokens; nil where the model reads images.
  public var tokens: TokenEmbedding? { if case .tokens(let embedding) = self { embedding } else { nil } }

  /// The embedding of patches; nil where the model reads tokens.
  public var patches: PatchEmbedding? { if case .patches(let embedding) = self { embedding } else { nil } }

  /// Floats of a row of the residual stream.
  public var width: Int {
    switch self {
    case .tokens(let embedding): embedding.width
    case .patches(let embedding): embedding.width
    }
  }

  /// The number of rows that a prompt begins with, one for each position.
  public func rowCount(of prompt: Prompt) -> Int {
    switch (self, prompt) {
    case (.tokens, .tokens(let tokens)): tokens.count
    case (.patches(let embedding), .image): embedding.positionCount
    default: preconditionFailure("a prompt of the kind that the model reads")
    }
  }

  // MARK: Tensors

  /// The matrix, by its name behind the model's prefix: the table of tokens, or what patches are multiplied with.
  var tensor: StepTensor {
    switch self {
    case .tokens(let embedding): embedding.tensor
    case .patches(let embedding): embedding.tensor
    }
  }

  /// The tensors beside the matrix, by their names behind the model's prefix.
  var otherTensors: [StepTensor] {
    switch self {
    case .tokens(let embedding): embedding.otherTensors
    case .patches(let embedding): embedding.otherTensors
    }
  }

  /// The table of learned positions; nil where positions are not learned.
  public var positionTensor: StepTensor? {
    switch self {
    case .tokens(let embedding): embedding.positionTensor
    case .patches(let embedding): embedding.positionTensor
    }
  }
}

extension ForwardPass {
  /// Puts what prompts begin with into the first rows of `residual`, one prompt behind the other.
  public func embed(_ prompts: [Prompt], into residual: MutableMatrixView) {
    var first = 0
    for prompt in prompts {
      let rows = first..<first + shape.embedding.rowCount(of: prompt)
      switch prompt {
      case .tokens(let tokens): embed(tokens, at: tokens.indices.map(Int32.init), into: residual[rows: rows])
      case .image(let image): embed(image, into: residual[rows: rows])
      }
      first = rows.upperBound
    }
  }
}

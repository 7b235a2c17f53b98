import LinearAlgebra
import Weights

/// The start of a model: the residual stream begins as the embedding of each token.
public struct Embedding: Equatable, Sendable {
  /// The name of the table behind the model's prefix, such as `embed_tokens`.
  public let name: String
  /// Tokens that the table has a row for.
  public let vocabularyCount: Int
  /// Floats of a row: the width of the residual stream.
  public let width: Int

  /// An embedding whose table is the tensor `name.weight`, `[vocabularyCount, width]`.
  public init(_ name: String, vocabularyCount: Int, width: Int) {
    self.name = name
    self.vocabularyCount = vocabularyCount
    self.width = width
  }

  var tensor: StepTensor { StepTensor(name + ".weight", [vocabularyCount, width]) }
}

extension ForwardPass {
  /// Puts the embeddings of `tokens` into the first rows of `residual`.
  public func embed(_ tokens: [Int32], into residual: MutableMatrixView) {
    precondition(tokens.count <= residual.rows, "the panel has a row for each token")
    for (row, token) in tokens.enumerated() {
      precondition(token >= 0 && token < shape.vocabularyCount, "a token of the vocabulary")
      model.embedding.widen(rows: Int(token)..<Int(token) + 1, into: residual.row(row))
    }
  }
}

import LinearAlgebra
import Weights

/// The start of a language model: the residual stream begins as the embedding of each token, times a scale, with what
/// its position has learned, and perhaps normed.
public struct TokenEmbedding: Sendable {
  /// The name of the table behind the model's prefix, such as `embed_tokens`.
  public let name: String
  /// Tokens that the table has a row for.
  public let vocabularyCount: Int
  /// Floats of a row: the width of the residual stream.
  public let width: Int
  /// What embeddings are multiplied with.
  public let scale: Float
  /// What each position adds; nil for nothing.
  public let positions: PositionTable?
  /// The norm of the sum, of the residual stream and into it; nil for none. Its tensors lie behind the model's prefix.
  public let norm: Norm?

  /// An embedding whose table is the tensor `name.weight`, `[vocabularyCount, width]`.
  public init(
    _ name: String, vocabularyCount: Int, width: Int, scale: Float = 1, positions: PositionTable? = nil,
    norm: Norm? = nil
  ) {
    precondition(norm.map { $0.input == .residual && $0.output == .residual } ?? true, "a norm of the residual stream")
    self.name = name
    self.vocabularyCount = vocabularyCount
    self.width = width
    self.scale = scale
    self.positions = positions
    self.norm = norm
  }

  var tensor: StepTensor { StepTensor(name + ".weight", [vocabularyCount, width]) }

  /// The tensors beside the table of tokens, by their names behind the model's prefix.
  var otherTensors: [StepTensor] { [positionTensor].compactMap { $0 } + (norm?.tensors ?? []) }

  var positionTensor: StepTensor? { positions.map { StepTensor($0.name + ".weight", [$0.rows, width]) } }
}

extension ForwardPass {
  /// Puts what `tokens` at `positions` begin with into the first rows of `residual`, where `outer` has rows of the
  /// table otherwise, if given.
  public func embed(
    _ tokens: [Int32], at positions: [Int32], into residual: MutableMatrixView, as outer: OuterRows? = nil
  ) {
    let rows = residual[rows: 0..<tokens.count]
    sumEmbeddings(of: tokens, at: positions, into: rows, as: outer)
    if let norm = shape.embedding.tokens?.norm, let weights = model.embeddingNorm {
      norm.forward(rows.reading, weights, into: rows)
    }
  }

  /// Puts the sums of embeddings and learned positions into rows, before any norm.
  func sumEmbeddings(
    of tokens: [Int32], at positions: [Int32], into rows: MutableMatrixView, as outer: OuterRows? = nil
  ) {
    precondition(tokens.count == positions.count, "a position for each token")
    guard let embedding = shape.embedding.tokens else { preconditionFailure("a model that reads tokens") }
    for (row, token) in tokens.enumerated() {
      precondition(token >= 0 && token < shape.vocabularyCount, "a token of the vocabulary")
      let place = Int(token)..<Int(token) + 1
      model.embedding.widen(rows: place, into: rows.row(row))
      if let outer, outer.embeds(token) { outer.apply(to: place, rows[rows: row..<row + 1]) }
      guard embedding.scale != 1 else { continue }
      for column in 0..<embedding.width { rows.row(row)[column] *= embedding.scale }
    }
    guard let table = embedding.positions, let vectors = model.positionTable else { return }
    let vector = Matrix(rows: 1, columns: embedding.width)
    for (row, position) in positions.enumerated() {
      precondition(position >= 0 && Int(position) < table.positionCount, "a position of the table")
      let place = Int(position) + table.offset
      vectors.widen(rows: place..<place + 1, into: vector.view.base)
      rows[rows: row..<row + 1].add(vector.view.reading)
    }
  }
}

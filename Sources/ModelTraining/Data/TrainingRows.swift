import Basics
import Configuration
import Inputs
import Tokenizers
import Transformer
import Weights

/// The rows that a phase of a training takes, one after the other, again from the start behind the last one.
public struct TrainingRows: Sendable {
  private enum Content {
    /// Tokens and weights, `[rows, length]`, as float32 in a file that is mapped.
    case tensors(tokens: Tensor, weights: Tensor?)
    case rows([[Int32]])
  }

  /// The number of rows.
  public let count: Int
  /// Tokens of a row.
  public let length: Int
  /// The path that they were read from.
  public let path: String
  private let content: Content

  /// Reads a safetensors file with a tensor `tokens`, `[rows, length]`, and if wanted `weights` of the same shape; or
  /// texts, which are cut into rows of `window` tokens, the begin token included, that all weigh the same.
  ///
  /// Throws a sentence where there is not one row, or a token is none of the model's.
  public init(path: String, window: Int, tokenizer: () throws -> any Tokenizer, shape: HostShape) throws {
    self.path = path
    if path.hasSuffix(".safetensors") {
      let file = try SafetensorsFile(path: path)
      let tokens = try file.tensor(named: "tokens")
      let weights = file.contains("weights") ? try file.tensor(named: "weights") : nil
      guard tokens.shape.count == 2, tokens.rows > 0, tokens.columns > 1,
        weights.map({ $0.shape == tokens.shape }) ?? true
      else {
        throw ModelTrainingError(
          "cannot train on \(path): its tokens have the shape \(tokens.shape) and its weights "
            + "\(weights.map { "\($0.shape)" } ?? "none"); both are [rows, length], of at least two tokens")
      }
      let range = tokens.extremes()
      guard range.smallest >= 0, range.largest < Float(shape.vocabularyCount) else {
        throw ModelTrainingError(
          "cannot train on \(path): it holds tokens from \(range.smallest) to \(range.largest), and the vocabulary has "
            + "\(shape.vocabularyCount); make it with the tokenizer of the model")
      }
      (count, length, content) = (tokens.rows, tokens.columns, .tensors(tokens: tokens, weights: weights))
      return
    }
    let begin = shape.beginToken.map { [$0] } ?? []
    let size = window - begin.count
    let documents = try TextDocuments.read(
      path: path, tokenizer: tokenizer(), vocabularyCount: shape.vocabularyCount, beginToken: shape.beginToken)
    let rows = documents.flatMap { document in
      stride(from: 0, through: document.count - size, by: size).map { begin + document[$0..<$0 + size] }
    }
    guard !rows.isEmpty else {
      throw ModelTrainingError(
        "cannot train on \(path): no text there is as long as a row of \(window) tokens; name longer texts or set "
          + "window lower")
    }
    (count, length, content) = (rows.count, window, .rows(rows))
  }

  /// A row.
  public subscript(row: Int) -> ModelTrainer.Row {
    switch content {
    case .rows(let rows):
      let own = rows[row % count]
      return ModelTrainer.Row(tokens: own, weights: own.map { _ in 1 })
    case .tensors(let tokens, let weights):
      let own = numbers(tokens, row % count).map { Int32($0) }
      return ModelTrainer.Row(tokens: own, weights: weights.map { numbers($0, row % count) } ?? own.map { _ in 1 })
    }
  }

  private func numbers(_ tensor: Tensor, _ row: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: length) { buffer, initialized in
      if let base = buffer.baseAddress { tensor.widen(rows: row..<row + 1, into: base) }
      initialized = length
    }
  }

  /// The hash of all rows.
  public var digest: String {
    switch content {
    case .rows(let rows): SHA256.hexadecimal(of: rows.flatMap { $0 }.memoryBytes)
    case .tensors(let tokens, _): SHA256.hexadecimal(of: [tokens.file.bytes])
    }
  }
}

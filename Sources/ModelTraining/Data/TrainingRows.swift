import Basics
import Configuration
import Inputs
import Tokenizers
import Transformer
import Weights

/// The rows that a phase of a training takes, one after the other, again from the start behind the last one.
public struct TrainingRows {
  private enum Content {
    case made(MicroWorldRows)
    /// Tokens and weights, `[rows, length]`, as float32 in a file that is mapped.
    case tensors(tokens: Tensor, weights: Tensor?)
    case rows([[Int32]])
  }

  /// The number of rows; of text that is made there are as many as are wanted.
  public let count: Int
  /// Tokens of a row.
  public let length: Int
  /// The path that they were read from, or what they are.
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
      guard shape.vocabularyCount <= TrainingRows.wholeNumbers(tokens.format) else {
        throw ModelTrainingError(
          "cannot train on \(path): the type of its tokens has not all numbers below \(shape.vocabularyCount), the "
            + "size of the vocabulary; write them as F32")
      }
      if let range = weights?.extremes(), !(range.smallest >= 0 && range.largest.isFinite) {
        throw ModelTrainingError(
          "cannot train on \(path): it holds weights from \(range.smallest) to \(range.largest); make them at least 0")
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

  /// The number up to which a type has all whole numbers; types in blocks, which no file of rows has, promise none.
  private static func wholeNumbers(_ format: NumberFormat) -> Int {
    switch format {
    case .float32: 1 << 24
    case .float16: 1 << 11
    case .bfloat16: 1 << 8
    default: 0
    }
  }

  /// Rows of text of the micro-world, each of `window` tokens.
  init(_ mix: MicroWorldMix, seed: String, window: Int, tokenizer: any Tokenizer, shape: HostShape) throws {
    let rows = MicroWorldRows(mix, seed: seed, length: window, tokenizer: tokenizer, shape: shape)
    let vocabulary = 0..<Int32(shape.vocabularyCount)
    if let foreign = try rows.row(0).tokens.first(where: { !vocabulary.contains($0) }) {
      throw ModelTrainingError(
        "cannot train on text of the micro-world: token \(foreign) is not in the model's vocabulary of "
          + "\(vocabulary.count); use the tokenizer that belongs to the model")
    }
    (path, count, length, content) = ("text of the micro-world", .max, window, .made(rows))
  }

  /// A row. Throws where a tokenizer cannot read text that is made.
  package func row(_ row: Int) throws -> ModelTrainer.Row {
    switch content {
    case .made(let rows): return try rows.row(row)
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

  /// The hash of all rows; of those that are made, that of the first, as the rest follows from their mix.
  func digest() throws -> String {
    switch content {
    case .made(let rows): SHA256.hexadecimal(of: try rows.row(0).tokens.memoryBytes)
    case .rows(let rows): SHA256.hexadecimal(of: rows.flatMap { $0 }.memoryBytes)
    case .tensors(let tokens, _): SHA256.hexadecimal(of: [tokens.file.bytes])
    }
  }
}

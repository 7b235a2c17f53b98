import LinearAlgebra
import Transformer

/// What the indices of a model's residual stream are like by themselves, with which the strength of additions is
/// compared.
struct IndexCovariates {
  /// Each measure by name, with a number for each index.
  let all: [(name: String, values: [Double])]

  /// What each measure is, in words.
  static let words = [
    "final_gain": "the gain of the final norm", "block_gain": "the gains of norms inside blocks",
    "head_column": "the length of the head's column", "embedding_column": "the length of the embedding's column",
    "mean_residual": "the mean magnitude of the stream", "last_residual": "the magnitude of the last stream",
  ]

  /// Takes the mean magnitude of the stream behind each layer, `[layer][index]`.
  init(_ model: Model, residuals: [[Double]]) {
    let hidden = model.shape.hiddenSize
    func mean(_ rows: [[Double]]) -> [Double] {
      (0..<hidden).map { index in rows.reduce(0) { $0 + $1[index] } / Double(max(rows.count, 1)) }
    }
    let gains = model.layers.flatMap(\.gains).filter { $0.count == hidden }.map { $0.map { abs(Double($0)) } }
    let head = model.head
    all = [
      ("final_gain", model.finalNorm.gain.map { abs(Double($0)) }), ("block_gain", mean(gains)),
      (
        "head_column",
        IndexCovariates.columnLengths(head.rows, hidden) { head.weight.widen(rows: $0..<$0 + 1, into: $1) }
      ),
      (
        "embedding_column",
        IndexCovariates.columnLengths(model.embedding.rows, hidden) {
          model.embedding.widen(rows: $0..<$0 + 1, into: $1)
        }
      ),
      ("mean_residual", mean(residuals)), ("last_residual", residuals.last ?? []),
    ]
  }

  /// The means of some covariates of one model, such as those of different rows.
  init(meanOf covariates: [IndexCovariates]) {
    all = covariates[0].all.enumerated().map { place, first in
      let values = covariates.map { $0.all[place].values }
      return (
        first.name, first.values.indices.map { index in values.reduce(0) { $0 + $1[index] } / Double(values.count) }
      )
    }
  }

  private static func columnLengths(
    _ rows: Int, _ hidden: Int, _ fill: (Int, UnsafeMutablePointer<Float>) -> Void
  ) -> [Double] {
    var squares = [Double](repeating: 0, count: hidden)
    let buffer = Matrix(rows: 1, columns: hidden)
    for row in 0..<rows {
      fill(row, buffer.view.base)
      for index in 0..<hidden { squares[index] += Double(buffer.view[0, index]) * Double(buffer.view[0, index]) }
    }
    return squares.map { $0.squareRoot() }
  }
}

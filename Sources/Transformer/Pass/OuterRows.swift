import LinearAlgebra
import Weights

/// Rows of the embedding, of the head, or of both where they are one matrix, that a model has otherwise: what a pass
/// begins and ends with is then, to the bit, what it is with these rows in the model's files.
public struct OuterRows {
  /// The rows that may be others: tokens.
  public let rows: Range<Int>
  /// Whether the embedding has them.
  public let isOfEmbedding: Bool
  /// Whether the head has them.
  public let isOfHead: Bool
  /// Makes weights of the matrix the others: it is given some of the rows, counted from the first of them, and what the
  /// files hold there, `[rows, hidden]`.
  private let change: (_ rows: Range<Int>, _ weights: MutableMatrixView) -> Void

  /// Rows that `change` makes of those in the files.
  public init(
    _ rows: Range<Int>, isOfEmbedding: Bool, isOfHead: Bool,
    change: @escaping (_ rows: Range<Int>, _ weights: MutableMatrixView) -> Void
  ) {
    self.rows = rows
    self.isOfEmbedding = isOfEmbedding
    self.isOfHead = isOfHead
    self.change = change
  }

  /// Whether a token begins otherwise.
  public func embeds(_ token: Int32) -> Bool { isOfEmbedding && rows.contains(Int(token)) }

  /// Changes some of the rows, as widened from a file.
  func apply(to part: Range<Int>, _ weights: MutableMatrixView) {
    change(part.lowerBound - rows.lowerBound..<part.upperBound - rows.lowerBound, weights)
  }
}

extension ForwardPass {
  /// Logits `[rows, vocabulary]` of normed rows, of which those of other rows of the head are made anew; the rest are
  /// there already.
  public func remakeLogits(ofNormed rows: MatrixView, in logits: MutableMatrixView, as outer: OuterRows) {
    guard outer.isOfHead else { return }
    let head = model.head
    operations.addHead(rows: rows.rows, outputs: outer.rows.count, inputs: head.columns)
    for first in stride(from: outer.rows.lowerBound, to: outer.rows.upperBound, by: OuterRows.rowsAtOnce) {
      let part = first..<min(first + OuterRows.rowsAtOnce, outer.rows.upperBound)
      let weights = Matrix(rows: part.count, columns: head.columns)
      head.weight.widen(rows: part, into: weights.view.base)
      outer.apply(to: part, weights.view)
      let own = logits[columns: part]
      own.assignProduct(
        of: rows, withTransposeOf: WeightView(weights.view.reading), bias: head.bias.map { Array($0[part]) },
        in: workspace)
      shape.readout.limit(own)
    }
  }
}

extension OuterRows {
  /// Rows of the head that are widened together.
  fileprivate static let rowsAtOnce = 64
}

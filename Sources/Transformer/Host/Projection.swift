import LinearAlgebra
import Weights

/// A weight matrix `[out, in]` as its file stores it, multiplied with float32 activations.
///
/// Weights are widened exactly while they are packed for the product, so that no float32 copy of a model ever exists.
public struct Projection {
  /// The matrix in its file, `[out, in]`.
  public let weight: StoredMatrix
  /// The bias, `[out]`; nil where nothing is added.
  public let bias: [Float]?
  /// The number of outputs.
  public let rows: Int
  /// The number of inputs.
  public let columns: Int
  /// Rows that lie together in the file, one view of each such run: the weights themselves, valid while the projection
  /// lives.
  let pieces: [(rows: Range<Int>, view: WeightView)]

  init(weight: StoredMatrix, bias: [Float]?) {
    self.weight = weight
    self.bias = bias
    rows = weight.rows
    columns = weight.columns
    pieces = weight.pieces
  }

  /// The weights in one view, `[out, in]`; nil where rows of other matrices lie between them.
  public var view: WeightView? { pieces.count == 1 ? pieces[0].view : nil }

  /// Output `[tokens, out]` = input `[tokens, in]` · weightᵀ + bias, or added to output where `adding`; without the
  /// bias where not `biased`.
  ///
  /// The numbers are those of one matrix in one piece, to the bit.
  public func multiply(
    _ input: MatrixView, into output: MutableMatrixView, adding: Bool = false, biased: Bool = true,
    in workspace: ProductWorkspace
  ) {
    let bias = biased ? bias : nil
    guard pieces.count > 1 else {
      return output.assignProduct(
        of: input, withTransposeOf: pieces[0].view, bias: bias, adding: adding, in: workspace)
    }
    for (rows, view) in pieces {
      output[columns: rows].assignProduct(
        of: input, withTransposeOf: view, bias: bias.map { Array($0[rows]) }, adding: adding, in: workspace)
    }
  }

  /// Output `[tokens, out]` += input `[tokens, some of in]` · weight[:, columns]ᵀ, without the bias.
  public func add(
    _ input: MatrixView, columns: Range<Int>, to output: MutableMatrixView, in workspace: ProductWorkspace
  ) {
    for (rows, view) in pieces {
      output[columns: rows].assignProduct(
        of: input, withTransposeOf: view[columns: columns], adding: true, in: workspace)
    }
  }

  /// Result `[tokens, in]` = gradient `[tokens, out]` · weight, or added to result where `adding`.
  public func multiplyTransposed(
    _ gradient: MatrixView, into result: MutableMatrixView, adding: Bool = false, in workspace: ProductWorkspace
  ) {
    for (place, piece) in pieces.enumerated() {
      result.assignProduct(
        of: gradient[columns: piece.rows], withTransposeOf: piece.view.transposed, adding: adding || place > 0,
        in: workspace)
    }
  }
}

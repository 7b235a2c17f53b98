import LinearAlgebra
import Weights

/// A weight matrix `[out, in]` as its file stores it, multiplied with float32 activations.
///
/// bfloat16 and float16 weights are widened exactly, a strip of rows at a time, so that no float32 copy of a model
/// ever exists. A strip stays in the second-level cache between widening and multiplying.
public struct Projection {
  /// Floats of a strip of widened weights: 1 MiB.
  static let stripCapacity = 1 << 18

  public let weight: Tensor
  public let bias: [Float]?
  public let rows: Int
  public let columns: Int

  init(weight: Tensor, bias: [Float]?) {
    precondition(weight.shape.count == 2, "a projection is a matrix")
    self.weight = weight
    self.bias = bias
    rows = weight.shape[0]
    columns = weight.shape[1]
  }

  /// Rows of a strip; a function of the shape alone, so that results do not depend on the call.
  var stripRows: Int { min(rows, max(16, Projection.stripCapacity / max(columns, 1) / 16 * 16)) }

  /// Output `[tokens, out]` = input `[tokens, in]` · weightᵀ + bias, or added to output where `adding`.
  ///
  /// `strip` is scratch of at least `stripRows · columns` floats for weights that have to be widened.
  func multiply(_ input: MatrixView, into output: MutableMatrixView, adding: Bool = false, strip: MutableMatrixView) {
    precondition(input.columns == columns && output.columns == rows, "input [tokens, in], output [tokens, out]")
    if let base = weight.float32Pointer {
      let weights = MatrixView(base: base, rows: rows, columns: columns, stride: columns)
      output.assignProduct(of: input, withTransposeOf: weights, adding: adding)
    } else {
      precondition(strip.rows * strip.columns >= stripRows * columns, "the strip holds its rows")
      for start in stride(from: 0, to: rows, by: stripRows) {
        let range = start..<min(start + stripRows, rows)
        weight.widen(rows: range, into: strip.base)
        let weights = MatrixView(base: strip.base, rows: range.count, columns: columns, stride: columns)
        output[columns: range].assignProduct(of: input, withTransposeOf: weights, adding: adding)
      }
    }
    if let bias { addBias(bias, to: output) }
  }

  private func addBias(_ bias: [Float], to output: MutableMatrixView) {
    for row in 0..<output.rows {
      let values = output.row(row)
      for column in 0..<rows { values[column] += bias[column] }
    }
  }
}

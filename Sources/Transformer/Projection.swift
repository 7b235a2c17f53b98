import LinearAlgebra
import Weights

/// A weight matrix `[out, in]` as its file stores it, multiplied with float32 activations.
///
/// bfloat16 and float16 weights are widened exactly, a strip of rows at a time, so that no float32 copy of a model
/// ever exists.
public struct Projection {
  /// Floats of a strip of widened weights: 16 MiB. BLAS packs the whole input again for every strip, so strips are large.
  static let stripCapacity = 1 << 22

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
  var stripRows: Int { Projection.stripRows(rows: rows, columns: columns) }

  private static func stripRows(rows: Int, columns: Int) -> Int {
    min(rows, max(16, stripCapacity / max(columns, 1) / 16 * 16))
  }

  /// Floats of the largest strip of a model's projections.
  static func stripCount(configuration: LlamaConfiguration) -> Int {
    let shapes = WeightMatrix.allCases.map { configuration.shape(of: $0) }
    let all = shapes + [(configuration.vocabularyCount, configuration.hiddenSize)]
    return all.map { stripRows(rows: $0.rows, columns: $0.columns) * $0.columns }.max() ?? 0
  }

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

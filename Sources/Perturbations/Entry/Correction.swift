import LinearAlgebra
import Transformer

/// What a mutation changes in the product of its matrix, in the rows of a region of it: either added to the product, or
/// computed anew with the mutated weights where so much is moved that the rounding of the sum would be felt.
protocol Correction {
  /// The rectangle of weights that are changed.
  var region: Region { get }
  /// The squares of what is moved in each row of the region for each unit of `inputSquare`, `[|I|]`: upper bounds.
  var squares: [Double] { get }

  /// Adds the correction for matrix inputs `[tokens, in]` to the rows I of its output, `[tokens, |I|]`.
  func add(input: MatrixView, toRegion output: MutableMatrixView, pass: ForwardPass)

  /// What makes weights of the matrix the mutated ones: it is given some rows of the region, counted from its first,
  /// and their weights in all columns, `[rows, in]`.
  func change() -> (_ rows: Range<Int>, _ weights: MutableMatrixView) -> Void

  /// The inputs of the mutated matrix, `[tokens, in]`, where those of the model are `input`.
  func held(_ input: MatrixView) -> MatrixView

  /// A size of a row of the matrix's input, `[in]`, squared.
  func inputSquare(_ input: UnsafePointer<Float>) -> Double
}

extension Correction {
  func held(_ input: MatrixView) -> MatrixView { input }

  /// Adds the correction to its rows of the whole output, `[tokens, out]`.
  func add(input: MatrixView, to output: MutableMatrixView, pass: ForwardPass) {
    add(input: input, toRegion: output[columns: region.rows], pass: pass)
  }

  /// The rows I of the mutated matrix's output, `[tokens, |I|]`, or their sum with what is there where `adding`: to the
  /// bit what a model with the mutated weights computes.
  ///
  /// 2 · tokens · |I| · in floating-point operations; some rows of the matrix at a time are widened to float32.
  func compute(input: MatrixView, intoRegion output: MutableMatrixView, adding: Bool, pass: ForwardPass) {
    let projection = pass.model.layers[region.layer][region.matrix]
    let (input, change, count) = (held(input), change(), region.rows.count)
    pass.operations.addProduct(rows: input.rows, outputs: count, inputs: projection.columns)
    for first in stride(from: 0, to: count, by: rowsAtOnce) {
      let part = first..<min(first + rowsAtOnce, count)
      let rows = region.rows.lowerBound + part.lowerBound..<region.rows.lowerBound + part.upperBound
      let weights = Matrix(rows: part.count, columns: projection.columns)
      projection.weight.widen(rows: rows, into: weights.view.base)
      change(part, weights.view)
      output[columns: part].assignProduct(
        of: input, withTransposeOf: WeightView(weights.view.reading), bias: projection.bias.map { Array($0[rows]) },
        adding: adding, in: pass.workspace)
    }
  }

  private var rowsAtOnce: Int { 64 }
}

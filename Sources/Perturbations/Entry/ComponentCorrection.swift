import LinearAlgebra
import Transformer

/// A mutation of one component of a matrix as a correction to its product: with the component a vᵀ of W multiplied by
/// c, y += (c − 1) a · (v · x), two thin products of all rows.
///
/// The mutated matrix itself is W + (c − 1) a vᵀ, whose vectors (c − 1) a and v are float32 numbers, and whose elements
/// are rounded to float32 once.
struct ComponentCorrection: Correction {
  let region: Region
  let squares: [Double]
  /// (c − 1) a, `[out, 1]`.
  private let left: Matrix
  /// v, `[1, in]`.
  private let right: Matrix

  /// The component of the mutation is multiplied by `factor`.
  init(mutation: Mutation, of components: MatrixComponents, factor: Float) {
    guard let component = mutation.component else { preconditionFailure("a mutation of a component") }
    region = mutation.region
    (left, right) = components.change(component, by: Double(factor) - 1)
    precondition(left.rows == region.rows.count && right.columns == region.columns.count, "the whole matrix")
    squares = UnsafeBufferPointer(start: left.view.base, count: left.rows).map { Double($0) * Double($0) }
  }

  /// 2 · tokens · (out + in) floating-point operations.
  func add(input: MatrixView, toRegion output: MutableMatrixView, pass: ForwardPass) {
    pass.operations.addCorrection(rows: input.rows, outputs: 1, inputs: input.columns + output.columns)
    let shares = Matrix(rows: input.rows, columns: 1)
    shares.view.assignProduct(of: input, withTransposeOf: WeightView(right.view.reading), in: pass.workspace)
    output.assignProduct(
      of: shares.view.reading, withTransposeOf: WeightView(left.view.reading), adding: true, in: pass.workspace)
  }

  func change() -> (_ rows: Range<Int>, _ weights: MutableMatrixView) -> Void {
    let (left, right) = (left, right)
    return { rows, weights in
      let inputs = UnsafeBufferPointer(start: right.view.base, count: right.columns)
      for (place, row) in rows.enumerated() {
        let (size, target) = (Double(left.view[row, 0]), weights.row(place))
        // The product is exact in double precision.
        for column in inputs.indices { target[column] = Float(Double(target[column]) + size * Double(inputs[column])) }
      }
    }
  }

  /// (v · x)² + Σ_j v_j² x_j²: the square of what is moved in a row whose left number is 1, and of the terms that it is
  /// the sum of.
  func inputSquare(_ input: UnsafePointer<Float>) -> Double {
    var (sum, squares) = (0.0, 0.0)
    for column in 0..<right.columns {
      let term = Double(right.view.base[column]) * Double(input[column])
      sum += term
      squares += term * term
    }
    return sum * sum + squares
  }
}

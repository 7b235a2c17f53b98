import LinearAlgebra
import Transformer

/// A mutation as a correction to the product of its matrix: y_I += (B − W_IJ) · x_J, with B the new weights of the
/// region; or, where a kind holds inputs at c_J instead of changing weights, y_I += W_IJ · (c_J − x_J).
///
/// The one difference matrix serves every kind. It is exact where old and new weights are bfloat16 or float16 numbers
/// of similar size, and rounded once otherwise. Where so much is moved that the rounding would be felt, the product is
/// computed anew with the mutated weights.
struct RegionCorrection: Correction {
  let region: Region
  /// The largest (B − W_IJ)² of each row of the region.
  let squares: [Double]
  private let mutation: Mutation
  private let mutator: RegionMutator
  /// B − W_IJ, `[|I|, |J|]`.
  private let difference: Matrix
  /// What takes the place of the inputs, c_J; nil where weights are changed. Inputs that the model has at zero stay so.
  private let replaced: [Float]?

  /// `zeroInputs` are the inputs of the matrix that the model has at zero.
  init(mutation: Mutation, mutator: RegionMutator, zeroInputs: [Int] = []) {
    region = mutation.region
    self.mutation = mutation
    self.mutator = mutator
    let difference = mutator.difference(mutation)
    self.difference = difference
    var replaced = mutator.replacedInputs(mutation)
    for input in zeroInputs where mutation.region.columns.contains(input) {
      replaced?[input - mutation.region.columns.lowerBound] = 0
    }
    self.replaced = replaced
    squares = (0..<difference.rows).map { row in
      let largest = UnsafeBufferPointer(start: difference.view.row(row), count: difference.columns).lazy.map(abs).max()
      return largest.map { Double($0) * Double($0) } ?? 0
    }
  }

  /// Adds the correction for matrix inputs `[tokens, in]` to the rows I of its output, `[tokens, |I|]`.
  ///
  /// 2 · tokens · |I| · |J| floating-point operations.
  func add(input: MatrixView, toRegion output: MutableMatrixView, pass: ForwardPass) {
    pass.operations.addCorrection(rows: input.rows, outputs: difference.rows, inputs: difference.columns)
    output.assignProduct(
      of: factor(input), withTransposeOf: WeightView(difference.view.reading), adding: true, in: pass.workspace)
  }

  /// What the difference is multiplied with: x_J, or c_J − x_J, `[tokens, |J|]`.
  private func factor(_ input: MatrixView) -> MatrixView {
    let own = input[columns: region.columns]
    guard let replaced else { return own }
    let factor = Matrix(rows: own.rows, columns: own.columns)
    for row in 0..<own.rows {
      for column in 0..<own.columns { factor.view[row, column] = replaced[column] - own[row, column] }
    }
    return factor.view.reading
  }

  // MARK: Anew

  func change() -> (_ rows: Range<Int>, _ weights: MutableMatrixView) -> Void {
    let (new, columns) = (mutator.newWeights(mutation), region.columns)
    return { rows, weights in weights[columns: columns].copy(new[rows: rows].reading) }
  }

  /// The inputs with those that are held at their numbers, `[tokens, in]`.
  func held(_ input: MatrixView) -> MatrixView {
    guard let replaced else { return input }
    let held = Matrix(copying: input)
    for row in 0..<held.rows {
      for (place, column) in region.columns.enumerated() { held.view[row, column] = replaced[place] }
    }
    return held.view.reading
  }

  // MARK: Size

  /// Σ_j x_j² over the columns of the region, or Σ_j (c_j − x_j)², for a row of the matrix's input.
  func inputSquare(_ input: UnsafePointer<Float>) -> Double {
    let own = input + region.columns.lowerBound
    guard let replaced else { return Cancellation.square(own, count: region.columns.count) }
    return replaced.indices.reduce(0) { sum, place in
      let moved = Double(replaced[place] - own[place])
      return sum + moved * moved
    }
  }
}

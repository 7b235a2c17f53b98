import LinearAlgebra
import Transformer

/// A mutation as a correction to the product of its matrix: y_I += (B − W_IJ) · x_J, with B the new weights of the region.
///
/// The one difference matrix serves every kind. It is exact where old and new weights are bfloat16 or float16 numbers of
/// similar size, and rounded once otherwise.
struct RegionCorrection {
  let region: Region
  /// B − W_IJ, `[|I|, |J|]`.
  private let difference: Matrix

  init(mutation: Mutation, mutator: RegionMutator) {
    region = mutation.region
    difference = mutator.difference(mutation)
  }

  /// Adds the correction for matrix inputs `[tokens, in]` to the rows I of its output, `[tokens, |I|]`.
  ///
  /// 2 · tokens · |I| · |J| floating-point operations.
  func add(input: MatrixView, toRegion output: MutableMatrixView, decoder: Decoder) {
    decoder.operations.addCorrection(rows: input.rows, outputs: difference.rows, inputs: difference.columns)
    output.assignProduct(
      of: input[columns: region.columns], withTransposeOf: WeightView(difference.view.reading), adding: true,
      in: decoder.workspace)
  }

  /// The same for all of the output, `[tokens, out]`.
  func add(input: MatrixView, to output: MutableMatrixView, decoder: Decoder) {
    add(input: input, toRegion: output[columns: region.rows], decoder: decoder)
  }
}

/// Applies each row's own mutation while many mutants are decoded together.
struct MutantObserver: ProductObserver {
  /// The correction of each row.
  let corrections: [RegionCorrection]
  let decoder: Decoder

  func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output: MutableMatrixView) {
    precondition(input.rows == corrections.count, "a correction for each row")
    for (row, correction) in corrections.enumerated()
    where correction.region.layer == layer && correction.region.matrix == matrix {
      correction.add(input: input[rows: row..<row + 1], to: output[rows: row..<row + 1], decoder: decoder)
    }
  }
}

import LinearAlgebra
import Transformer

/// Applies each row's own mutation while many mutants are decoded together.
final class MutantObserver: ProductObserver {
  /// The correction of each row.
  private let corrections: [RegionCorrection]
  /// Whether each row is computed anew in any case.
  private let areAnew: [Bool]
  private let pass: ForwardPass
  /// The residual stream before the mutated product is added to it.
  private var stream: Matrix?

  init(corrections: [RegionCorrection], areAnew: [Bool], pass: ForwardPass) {
    precondition(corrections.count == areAnew.count, "both of each row")
    self.corrections = corrections
    self.areAnew = areAnew
    self.pass = pass
  }

  func expect(_ matrix: WeightMatrix, layer: Int, output: MatrixView) {
    guard corrections.contains(where: { $0.region.layer == layer && $0.region.matrix == matrix }) else { return }
    stream = Matrix(copying: output)
  }

  func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output: MutableMatrixView) {
    precondition(input.rows == corrections.count, "a correction for each row")
    for (row, correction) in corrections.enumerated()
    where correction.region.layer == layer && correction.region.matrix == matrix {
      apply(correction, row: row, input: input[rows: row..<row + 1], output: output[rows: row..<row + 1])
    }
    stream = nil
  }

  private func apply(_ correction: RegionCorrection, row: Int, input: MatrixView, output: MutableMatrixView) {
    if !areAnew[row] {
      correction.add(input: input, to: output, pass: pass)
      let width = correction.region.matrix.isOfHeads ? pass.configuration.headSize : output.columns
      guard correction.isFelt(input: input, output: output.reading, width: width) else { return }
    }
    let region = output[columns: correction.region.rows]
    if let stream { region.copy(stream[rows: row..<row + 1][columns: correction.region.rows].reading) }
    correction.compute(input: input, intoRegion: region, adding: stream != nil, pass: pass)
  }
}

extension WeightMatrix {
  /// Whether the rows belong to heads.
  fileprivate var isOfHeads: Bool { self == .q || self == .k || self == .v }
}

import LinearAlgebra
import Transformer

/// Applies each row's own mutation while many mutants are decoded together.
final class MutantHook: Hook {
  /// The correction of each row.
  private let corrections: [any Correction]
  /// Whether each row is computed anew in any case.
  private let areAnew: [Bool]
  private let pass: ForwardPass
  /// The products of the mutated matrices, by layer.
  private let places: [Int: Set<Place>]
  /// The residual stream before the mutated product is added to it.
  private var stream: Matrix?

  init(corrections: [any Correction], areAnew: [Bool], pass: ForwardPass) {
    precondition(corrections.count == areAnew.count, "both of each row")
    self.corrections = corrections
    self.areAnew = areAnew
    self.pass = pass
    places = corrections.reduce(into: [:]) { places, correction in
      places[correction.region.layer, default: []].insert(.product(correction.region.matrix))
    }
  }

  func places(ofLayer layer: Int) -> Set<Place> { places[layer] ?? [] }

  func expect(_ visit: Visit) { stream = Matrix(copying: visit.values.reading) }

  func visit(_ visit: Visit) {
    guard case .product(let matrix) = visit.place, let input = visit.input else { return }
    precondition(input.rows == corrections.count, "a correction for each row")
    for (row, correction) in corrections.enumerated()
    where correction.region.layer == visit.layer && correction.region.matrix == matrix {
      apply(correction, row: row, input: input[rows: row..<row + 1], output: visit.values[rows: row..<row + 1])
    }
    stream = nil
  }

  private func apply(_ correction: any Correction, row: Int, input: MatrixView, output: MutableMatrixView) {
    if !areAnew[row] {
      correction.add(input: input, to: output, pass: pass)
      guard correction.isFelt(input: input, output: output.reading, width: width(of: correction, output)) else {
        return
      }
    }
    let region = output[columns: correction.region.rows]
    if let stream { region.copy(stream[rows: row..<row + 1][columns: correction.region.rows].reading) }
    correction.compute(input: input, intoRegion: region, adding: stream != nil, pass: pass)
  }

  /// The columns that are measured together: heads of queries, keys and values, otherwise all.
  private func width(of correction: any Correction, _ output: MutableMatrixView) -> Int {
    let path = pass.shape.blocks[correction.region.layer].path(of: correction.region.matrix)
    return path.attention?.step.headSize ?? output.columns
  }
}

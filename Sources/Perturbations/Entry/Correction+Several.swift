import LinearAlgebra
import Transformer

extension [any Correction] {
  /// The rows of all regions, which are of one matrix and do not overlap, of the mutated matrix's whole output,
  /// `[tokens, out]`, or their sum with the `stream` before the product where it is added to one: to the bit what a
  /// model with the mutated weights computes.
  func compute(input: MatrixView, into output: MutableMatrixView, stream: MatrixView?, pass: ForwardPass) {
    for rows in map(\.region.rows) {
      if let stream { output[columns: rows].copy(stream[columns: rows]) }
    }
    guard count > 1, let region = first?.region else {
      for correction in self {
        correction.compute(
          input: input, intoRegion: output[columns: correction.region.rows], adding: stream != nil, pass: pass)
      }
      return
    }
    let projection = pass.model.layers[region.layer][region.matrix]
    let held = reduce(input) { $1.held($0) }
    let changes = map { ($0.region.rows, $0.change()) }
    for rows in map(\.region.rows).joined {
      pass.operations.addProduct(rows: input.rows, outputs: rows.count, inputs: projection.columns)
      let weights = Matrix(rows: rows.count, columns: projection.columns)
      projection.weight.widen(rows: rows, into: weights.view.base)
      for (own, change) in changes where rows.overlaps(own) {
        change(0..<own.count, weights[rows: own.lowerBound - rows.lowerBound..<own.upperBound - rows.lowerBound])
      }
      output[columns: rows].assignProduct(
        of: held, withTransposeOf: WeightView(weights.view.reading), bias: projection.bias.map { [Float]($0[rows]) },
        adding: stream != nil, in: pass.workspace)
    }
  }
}

extension [Range<Int>] {
  /// The union of some ranges as ranges that are apart, ascending.
  var joined: [Range<Int>] {
    sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, range in
      guard let last = joined.last, range.lowerBound <= last.upperBound else { return joined.append(range) }
      joined[joined.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
    }
  }
}

import LinearAlgebra
import Transformer

/// Where a change reaches the residual stream through o or down, which it is added to, its size there counts.
extension MutantEntry {
  /// Root mean squares of some columns of a matrix: how large a unit of each of its inputs is in the residual stream.
  func columnSizes(of matrix: WeightMatrix, columns: Range<Int>) -> [Float] {
    let weight = decoder.model.layers[layer][matrix].weight
    let weights = Matrix(rows: weight.rows, columns: columns.count)
    weight.widen(rows: 0..<weight.rows, columns: columns, into: weights.view.base)
    var squares = Array(repeating: 0.0, count: columns.count)
    for row in 0..<weights.rows {
      let values = weights.view.row(row)
      for column in squares.indices { squares[column] += Double(values[column]) * Double(values[column]) }
    }
    return squares.map { Float(($0 / Double(weight.rows)).squareRoot()) }
  }

  /// Whether what a sequence moves in the hidden activation, which is in the first columns of `panel.gate`, or in the product
  /// before it, is felt in the residual stream.
  func isHiddenFelt(in sequence: MutantSequence, rows: Range<Int>, sizes: [Float], trace: LayerTrace) -> Bool {
    guard let correction = sequence.correction else { return false }
    let at = { (part: LayerTrace.Part) in trace(part, input: sequence.input)[rows: sequence.positions] }
    let (input, gate, up) = (at(.input), at(.gate)[columns: rows], at(.up)[columns: rows])
    let slopes = zip(sizes, correction.squares).map { $0 * Float($1.squareRoot()) }
    var scaled = sizes
    return sequence.entryRows.enumerated().contains { index, row in
      let moved = panel.gate.view.row(row)
      for column in scaled.indices { scaled[column] = sizes[column] * moved[column] }
      var square = Cancellation.square(scaled, count: scaled.count)
      // silu has no slope above 1.1, and is not above max(x, 0.28).
      if region == .gate {
        let up = up.row(index)
        for column in scaled.indices { scaled[column] = slopes[column] * 1.1 * up[column] }
      } else {
        let gate = gate.row(index)
        for column in scaled.indices { scaled[column] = slopes[column] * max(gate[column], 0.28) }
      }
      square += Cancellation.square(scaled, count: scaled.count) * correction.inputSquare(input.row(index))
      return isFelt(moved: square, row: row)
    }
  }

  /// Whether what a sequence moves in the output of its heads, which is in the first columns of `panel.attended`, or in the
  /// values before it, is felt in the residual stream.
  func areHeadsFelt(
    in sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, sizes: [Float], trace: LayerTrace
  ) -> Bool {
    let moved = region == .v ? movedByValues(of: sequence, rows: rows, columns: columns, sizes: sizes, trace: trace) : 0
    var scaled = sizes
    return sequence.entryRows.contains { row in
      let change = panel.attended.view.row(row)
      for column in scaled.indices { scaled[column] = sizes[column] * change[column] }
      return isFelt(moved: moved + Cancellation.square(scaled, count: scaled.count), row: row)
    }
  }

  /// The square of what the correction moves in values at any position, as large as it is in the residual stream.
  private func movedByValues(
    of sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, sizes: [Float], trace: LayerTrace
  ) -> Double {
    guard let correction = sequence.correction else { return 0 }
    let input = trace(.input, input: sequence.input)
    let inputSquare = (0..<input.rows).map { correction.inputSquare(input.row($0)) }.max() ?? 0
    return inputSquare
      * sizes.indices.reduce(0) { sum, index in
        let (head, place) = (columns.lowerBound + index).quotientAndRemainder(dividingBy: headSize)
        let row = head / groupSize * headSize + place
        guard rows.contains(row) else { return sum }
        return sum + Double(sizes[index]) * Double(sizes[index]) * correction.squares[row - rows.lowerBound]
      }
  }

  private func isFelt(moved: Double, row: Int) -> Bool {
    Cancellation.isFelt(
      moved: moved, left: Cancellation.meanSquare(residual.row(row), count: residual.columns))
  }
}

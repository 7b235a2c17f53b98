import LinearAlgebra
import Transformer

/// Where a change reaches the residual stream through o or down, which it is added to, its size there counts.
extension MutantEntry {
  /// Root mean squares of a matrix's columns: how large a unit of each of its inputs is in the residual stream.
  static func columnSizes(of weight: StoredMatrix) -> [Float] {
    var squares = Array(repeating: 0.0, count: weight.columns)
    // Some rows at a time: where the file has the axes exchanged, one row lies all over it.
    let values = Matrix(rows: min(weight.rows, 64), columns: weight.columns)
    for first in stride(from: 0, to: weight.rows, by: values.rows) {
      let part = first..<min(first + values.rows, weight.rows)
      weight.widen(rows: part, into: values.view.base)
      for row in 0..<part.count {
        for column in squares.indices {
          let value = Double(values.view[row, column])
          squares[column] += value * value
        }
      }
    }
    return squares.map { Float(($0 / Double(weight.rows)).squareRoot()) }
  }

  /// Whether what a sequence moves in the hidden activation, which is in the first columns of its slot
  /// of the panel, or in the product before it, is felt in the residual stream.
  func isHiddenFelt(in sequence: MutantSequence, rows: Range<Int>, trace: LayerTrace) -> Bool {
    guard let correction = sequence.correction, let (gateValue, factorValue, activation) = hidden else { return false }
    let at = { (value: Block.Value) in trace(value, input: sequence.input)[rows: sequence.positions] }
    let sizes = Array(sizes[rows])
    let (input, gate) = (at(path.input), at(gateValue)[columns: rows])
    let factor = factorValue.map { at($0)[columns: rows] }
    let slopes = zip(sizes, correction.squares).map { $0 * Float($1.squareRoot()) }
    let isOfGate = isOfGate
    var scaled = sizes
    return sequence.entryRows.enumerated().contains { index, row in
      let moved = panel[activation.gate].view.row(row)
      for column in scaled.indices { scaled[column] = sizes[column] * moved[column] }
      var square = Cancellation.square(scaled, count: scaled.count)
      if isOfGate {
        for column in scaled.indices {
          scaled[column] = slopes[column] * activation.function.steepest * (factor?[index, column] ?? 1)
        }
      } else {
        let gate = gate.row(index)
        for column in scaled.indices { scaled[column] = slopes[column] * max(gate[column], activation.function.floor) }
      }
      square += Cancellation.square(scaled, count: scaled.count) * correction.inputSquare(input.row(index))
      return isFelt(moved: square, row: row)
    }
  }

  /// Whether what a sequence moves in the output of its heads, which is in the first columns of its
  /// slot of the panel, or in the values before it, is felt in the residual stream.
  func areHeadsFelt(
    in sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, trace: LayerTrace
  ) -> Bool {
    let sizes = Array(sizes[columns])
    let moved =
      path.attention?.entering == .value
      ? movedByValues(of: sequence, rows: rows, columns: columns, sizes: sizes, trace: trace) : 0
    var scaled = sizes
    return sequence.entryRows.contains { row in
      let change = panel[.attended].view.row(row)
      for column in scaled.indices { scaled[column] = sizes[column] * change[column] }
      return isFelt(moved: moved + Cancellation.square(scaled, count: scaled.count), row: row)
    }
  }

  /// The square of what the correction moves in values at any position, as large as it is in the residual stream.
  private func movedByValues(
    of sequence: MutantSequence, rows: Range<Int>, columns: Range<Int>, sizes: [Float], trace: LayerTrace
  ) -> Double {
    guard let correction = sequence.correction, let attention = path.attention?.step else { return 0 }
    let input = trace(path.input, input: sequence.input)
    let inputSquare = (0..<input.rows).map { correction.inputSquare(input.row($0)) }.max() ?? 0
    return inputSquare
      * sizes.indices.reduce(0) { sum, index in
        let (head, place) = (columns.lowerBound + index).quotientAndRemainder(dividingBy: attention.headSize)
        let row = head / attention.groupSize * attention.headSize + place
        guard rows.contains(row) else { return sum }
        return sum + Double(sizes[index]) * Double(sizes[index]) * correction.squares[row - rows.lowerBound]
      }
  }

  private func isFelt(moved: Double, row: Int) -> Bool {
    Cancellation.isFelt(
      moved: moved, left: Cancellation.meanSquare(sum.row(row), count: sum.columns))
  }
}

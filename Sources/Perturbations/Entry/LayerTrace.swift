import LinearAlgebra
import Transformer

/// What the baseline computes in one layer, as far as the mutants of one of its matrices need it: all values along the
/// thin path of the matrix.
final class LayerTrace {
  private let values: [Block.Value: Matrix]
  /// The rows of each input among the rows of all of them.
  private let offsets: [Int: Range<Int>]

  init(values: [Block.Value: Matrix], rows: [Int: Range<Int>]) {
    self.values = values
    offsets = rows
  }

  /// What the baseline has in a slot behind a step, on one input, a row a position.
  func callAsFunction(_ value: Block.Value, input: Int) -> MatrixView {
    guard let matrix = values[value], let rows = offsets[input] else {
      preconditionFailure("\(value.slot) behind step \(value.step) has been traced")
    }
    return matrix[rows: rows].reading
  }
}

import Perturbations
import Transformer

/// A region as findings name it: by its matrix and its first row and column.
struct Place: Hashable, Sendable {
  let layer: Int
  let matrix: WeightMatrix
  /// In elements of the stored tensor.
  let row: Int
  let column: Int

  /// How the page names it.
  var key: String { "\(layer).\(matrix.rawValue).\(row).\(column)" }

  var words: String { "layer \(layer) \(matrix.rawValue), row \(row), column \(column)" }
}

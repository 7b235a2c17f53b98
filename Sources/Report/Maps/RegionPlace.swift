import Drawing
import Perturbations
import Transformer

/// A region as findings name it: by its matrix and its first row and column.
struct RegionPlace: Hashable, Sendable {
  let layer: Int
  let matrix: WeightMatrix
  /// The first row, in elements of the stored tensor.
  let row: Int
  let column: Int

  init(layer: Int, matrix: WeightMatrix, row: Int, column: Int) {
    (self.layer, self.matrix, self.row, self.column) = (layer, matrix, row, column)
  }

  /// The region that the page names so; nil if it is no such name.
  init?(key: String) {
    let parts = key.split(separator: ".")
    guard parts.count == 4, let layer = Int(parts[0]), let matrix = WeightMatrix(rawValue: String(parts[1])),
      let row = Int(parts[2]), let column = Int(parts[3])
    else { return nil }
    self.init(layer: layer, matrix: matrix, row: row, column: column)
  }

  /// What a click on its name opens.
  var link: Link { Link(key: key, words: words) }

  /// How the page names it.
  var key: String { "\(layer).\(matrix.rawValue).\(row).\(column)" }

  var words: String { "layer \(layer) \(matrix.rawValue), row \(row), column \(column)" }
}

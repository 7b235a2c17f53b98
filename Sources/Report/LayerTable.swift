import Mutagenesis
import Transformer

/// Layers by matrices: the frame of many figures.
struct LayerTable: Sendable {
  struct Key: Hashable, Sendable {
    let layer: Int
    let matrix: WeightMatrix
  }

  let layers: [Int]
  let matrices: [WeightMatrix]

  init(layers: [Int], matrices: [WeightMatrix]) {
    self.layers = Set(layers).sorted()
    self.matrices = WeightMatrix.allCases.filter(Set(matrices).contains)
  }

  /// Where the first of each layer and matrix is in a column of both.
  static func places(layers: [Int], matrices: [WeightMatrix]) -> [Key: Int] {
    let keys = zip(layers, matrices).map { Key(layer: $0, matrix: $1) }
    return Dictionary(zip(keys, keys.indices)) { first, _ in first }
  }

  /// A heat map with a cell for every layer and matrix; nil leaves it empty.
  func map(cellWidth: Double, _ cell: (Key) -> HeatMap.Cell?) -> HeatMap {
    HeatMap(
      rows: layers.map(String.init), columns: matrices.map(\.rawValue),
      cells: layers.map { layer in
        matrices.map { matrix in
          cell(Key(layer: layer, matrix: matrix)) ?? .init(paint: nil, tip: "")
        }
      }, cellWidth: cellWidth, cellHeight: layers.count > 16 ? 14 : layers.count > 8 ? 18 : 24, rowTitle: "layer")
  }
}

/// Non-silent verdicts among some.
struct Share: Sendable {
  var nonSilent = 0
  var total = 0

  var value: Double { total > 0 ? Double(nonSilent) / Double(total) : .nan }

  static func += (left: inout Share, right: Share) {
    left.nonSilent += right.nonSilent
    left.total += right.total
  }
}

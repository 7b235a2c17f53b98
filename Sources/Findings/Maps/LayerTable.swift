import Drawing
import Perturbations
import Transformer

/// Layers by matrices: the frame of many figures.
struct LayerTable: Sendable {
  struct Key: Hashable, Sendable {
    let layer: Int
    let matrix: WeightMatrix
  }

  let layers: [Int]
  let matrices: [WeightMatrix]
  /// The same layers, and those of the model that were not screened.
  let runs: [LayerRuns.Run]
  private let maps: ScreenMaps?

  /// `maps` tell what was screened, where the table is of a screen.
  init(layers: [Int], matrices: [WeightMatrix], on maps: ScreenMaps? = nil) {
    self.layers = Set(layers).sorted()
    self.matrices = WeightMatrix.allCases.filter(Set(matrices).contains)
    self.maps = maps
    runs = LayerRuns(screened: layers, of: maps?.extent.layerCount).runs
  }

  /// Where the first of each layer and matrix is in a column of both.
  static func places(layers: [Int], matrices: [WeightMatrix]) -> [Key: Int] {
    let keys = zip(layers, matrices).map { Key(layer: $0, matrix: $1) }
    return Dictionary(zip(keys, keys.indices)) { first, _ in first }
  }

  /// A heat map with a cell for every layer and matrix; nil leaves it empty. What was not screened is hatched.
  func map(cellWidth: Double, _ cell: (Key) -> HeatMap.Cell?) -> HeatMap {
    HeatMap(
      rows: runs.map(\.label), columns: matrices.map(\.rawValue),
      cells: runs.map { run in
        matrices.map { matrix in
          let key = Key(layer: run.layers.lowerBound, matrix: matrix)
          if run.isScreened, let own = cell(key) { return own }
          return run.isScreened && maps?.isScreened(key) ?? true
            ? .init(paint: nil, tip: "") : .unscreened("\(run.name) \(matrix.rawValue)")
        }
      }, cellWidth: cellWidth, cellHeight: runs.count > 16 ? 14 : runs.count > 8 ? 18 : 24, rowTitle: "layer")
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

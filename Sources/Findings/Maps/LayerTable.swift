import Drawing
import Perturbations
import Transformer

/// A table of layers by matrices, the frame of many figures.
public struct LayerTable: Sendable {
  /// A layer and a matrix: a cell of the table.
  public struct Key: Hashable, Sendable {
    /// The layer, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
  }

  /// The layers that were screened, ascending.
  public let layers: [Int]
  /// The matrices that were screened, in canonical order.
  public let matrices: [WeightMatrix]
  /// The same layers, and those of the model that were not screened.
  public let runs: [LayerRuns.Run]
  private let maps: ScreenMaps?

  /// Takes layers and matrices in any order, repeated or not; `maps` say what was screened, where the table is of a
  /// screen.
  public init(layers: [Int], matrices: [WeightMatrix], on maps: ScreenMaps? = nil) {
    self.layers = Set(layers).sorted()
    self.matrices = WeightMatrix.allCases.filter(Set(matrices).contains)
    self.maps = maps
    runs = LayerRuns(screened: layers, of: maps?.extent.layerCount).runs
  }

  /// Where the first of each layer and matrix is in a column of both.
  public static func places(layers: [Int], matrices: [WeightMatrix]) -> [Key: Int] {
    let keys = zip(layers, matrices).map { Key(layer: $0, matrix: $1) }
    return Dictionary(zip(keys, keys.indices)) { first, _ in first }
  }

  /// A heat map with a cell for every layer and matrix; nil leaves it empty. What was not screened is hatched.
  public func map(cellWidth: Double, _ cell: (Key) -> HeatMap.Cell?) -> HeatMap {
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

import Archive
import Drawing
import Perturbations
import Transformer

/// A region as findings name it, by its matrix and its first row and column.
public struct RegionPlace: Hashable, Sendable {
  /// The layer, counted from 0.
  public let layer: Int
  /// The weight matrix of that layer.
  public let matrix: WeightMatrix
  /// The first row, in elements of the stored tensor.
  public let row: Int
  /// The first column, in elements of the stored tensor.
  public let column: Int

  /// Takes a place by its numbers.
  public init(layer: Int, matrix: WeightMatrix, row: Int, column: Int) {
    (self.layer, self.matrix, self.row, self.column) = (layer, matrix, row, column)
  }

  /// Reads the name that the page gives a region; nil if it is no such name.
  public init?(key: String) {
    let parts = key.split(separator: ".")
    guard parts.count == 4, let layer = Int(parts[0]), let matrix = WeightMatrix(rawValue: String(parts[1])),
      let row = Int(parts[2]), let column = Int(parts[3])
    else { return nil }
    self.init(layer: layer, matrix: matrix, row: row, column: column)
  }

  /// What a click on its name opens.
  public var link: Link { Link(key: key, words: words) }

  /// How the page names it.
  public var key: String { "\(layer).\(matrix.rawValue).\(row).\(column)" }

  /// How a person reads it.
  public var words: String { "layer \(layer) \(matrix.rawValue), row \(row), column \(column)" }
}

extension GroupReader {
  /// The regions that the columns `layer`, `matrix`, `row` and `column` name over a dimension.
  func places(_ dimension: String) throws -> [RegionPlace] {
    let layers = try counts(RegionPlace.Columns.layer, dimension)
    let matrices = try matrices(RegionPlace.Columns.matrix, dimension)
    let rows = try counts(RegionPlace.Columns.row, dimension)
    let columns = try counts(RegionPlace.Columns.column, dimension)
    return layers.indices.map {
      RegionPlace(layer: layers[$0], matrix: matrices[$0], row: rows[$0], column: columns[$0])
    }
  }
}

// MARK: Columns

extension RegionPlace {
  /// The names of the columns of a group that name regions.
  enum Columns {
    static let layer = "layer"
    static let matrix = "matrix"
    static let row = "row"
    static let column = "column"
  }

  /// The columns that name regions over a dimension.
  static func variables(of regions: [Region], over dimension: [String]) -> [AnalysisGroup.Variable] {
    [
      .init(Columns.layer, dimension, "layer of the matrix", .counts(regions.map(\.layer))),
      .init(Columns.matrix, dimension, "matrix of the region", .matrices(regions.map(\.matrix))),
      .init(
        Columns.row, dimension, "first row of the region, in elements of the stored tensor",
        .counts(regions.map(\.rows.lowerBound))),
      .init(
        Columns.column, dimension, "first column of the region, in elements of the stored tensor",
        .counts(regions.map(\.columns.lowerBound))),
    ]
  }

  /// The columns that say how large regions are.
  static func sizes(of regions: [Region], over dimension: [String]) -> [AnalysisGroup.Variable] {
    [
      .init("rows", dimension, "rows of the region", .counts(regions.map(\.rows.count))),
      .init("columns", dimension, "columns of the region", .counts(regions.map(\.columns.count))),
    ]
  }
}

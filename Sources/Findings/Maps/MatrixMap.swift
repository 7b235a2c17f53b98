import Perturbations
import Transformer

/// The regions of one matrix of one layer, and where they are on its map.
public struct MatrixMap: Sendable {
  /// Regions that cover a matrix without overlap, all of one size but the last of a row or column; not all need be
  /// screened.
  public struct Grid: Equatable, Sendable {
    /// Rows of weights in a full region.
    public let regionRows: Int
    /// Columns of weights in a full region.
    public let regionColumns: Int
    /// The number of regions along the rows, the last perhaps smaller.
    public let rows: Int
    /// The number of regions along the columns, the last perhaps smaller.
    public let columns: Int
  }

  /// The layer, counted from 0.
  public let layer: Int
  /// The weight matrix of that layer.
  public let matrix: WeightMatrix
  /// Rows of the whole matrix; where the file does not hold them, as far as any layer was screened.
  public let rows: Int
  /// Columns of the whole matrix; where the file does not hold them, as far as any layer was screened.
  public let columns: Int
  /// The numbers of its regions, as indices of `ScreenMaps.regions`.
  public let regions: Range<Int>
  /// The grid of the regions; nil: they are drawn one by one.
  public let grid: Grid?

  /// The name in words.
  public var name: String { "layer \(layer) \(matrix.rawValue)" }

  /// How many cells the map has: places of the grid, or regions.
  public var cellCount: Int { grid.map { $0.rows * $0.columns } ?? regions.count }

  /// The place of a region among the cells; `index` is its number.
  public func cell(of region: Region, at index: Int) -> Int {
    guard let grid else { return index - regions.lowerBound }
    return region.rows.lowerBound / grid.regionRows * grid.columns + region.columns.lowerBound / grid.regionColumns
  }

  /// Height over width of its picture, within what a page can show.
  public var aspect: Double { min(max(Double(rows) / Double(max(columns, 1)), 0.05), 4) }

  // MARK: Making

  /// Makes a map for each stretch of regions of one matrix.
  ///
  /// `size` is that of the largest region of the screen: a sample may have none of a matrix but the smaller ones at its
  /// end.
  static func maps(
    of regions: [Region], size: (rows: Int, columns: Int), in extent: ModelExtent
  ) -> [MatrixMap] {
    var stretches: [Range<Int>] = []
    for (index, region) in regions.enumerated() {
      if let last = stretches.last, regions[last.lowerBound].layer == region.layer,
        regions[last.lowerBound].matrix == region.matrix
      {
        stretches[stretches.count - 1] = last.lowerBound..<index + 1
      } else {
        stretches.append(index..<index + 1)
      }
    }
    return stretches.map { stretch in
      let first = regions[stretch.lowerBound]
      let shape = extent.shape(of: first.matrix)
      let own = regions[stretch]
      return MatrixMap(
        layer: first.layer, matrix: first.matrix, rows: shape.rows, columns: shape.columns, regions: stretch,
        grid: grid(own, size: size, shape: shape) ?? grid(own, size: largest(own), shape: shape))
    }
  }

  /// The most rows and the most columns of any region.
  static func largest(_ regions: ArraySlice<Region>) -> (rows: Int, columns: Int) {
    (regions.map(\.rows.count).max() ?? 1, regions.map(\.columns.count).max() ?? 1)
  }

  /// nil if the regions are of several sizes, overlap, or are too few for the grid they are on.
  private static func grid(
    _ regions: ArraySlice<Region>, size: (rows: Int, columns: Int), shape: (rows: Int, columns: Int)
  ) -> Grid? {
    let (rows, columns) = (min(size.rows, shape.rows), min(size.columns, shape.columns))
    func isOn(_ extent: Range<Int>, _ size: Int, _ end: Int) -> Bool {
      extent.lowerBound.isMultiple(of: size) && (extent.count == size || extent.upperBound == end)
    }
    guard rows > 0, columns > 0,
      regions.allSatisfy({ isOn($0.rows, rows, shape.rows) && isOn($0.columns, columns, shape.columns) })
    else { return nil }
    let grid = Grid(
      regionRows: rows, regionColumns: columns, rows: (shape.rows + rows - 1) / rows,
      columns: (shape.columns + columns - 1) / columns)
    guard grid.rows <= (8 * regions.count + 64) / grid.columns else { return nil }
    return grid
  }
}

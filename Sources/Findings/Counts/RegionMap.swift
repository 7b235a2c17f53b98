import Archive
import Perturbations
import Statistics
import Transformer

/// The verdicts on one matrix of one layer, region by region.
public struct RegionMap: Sendable {
  /// The layer of the matrix, counted from 0.
  public let layer: Int
  /// The weight matrix of that layer.
  public let matrix: WeightMatrix
  /// Row blocks of the whole matrix; where the results file does not hold its shape, up to the last that was screened
  /// in any layer.
  public let rowBlocks: Int
  /// Column blocks of the whole matrix, or up to the last that was screened.
  public let columnBlocks: Int
  /// Whether the results file holds the matrix's shape.
  public let hasTrueShape: Bool
  /// The regions that were screened: a sample of a large matrix takes no room for the others.
  private let cells: [(row: Int, column: Int, verdicts: Proportion)]

  private init(
    _ range: Range<Int>, table: RegionTable, grid: RegionGrid, blocks: (rows: Int, columns: Int), isTrue: Bool
  ) {
    let first = table.regions[range.lowerBound]
    layer = first.layer
    matrix = first.matrix
    (rowBlocks, columnBlocks) = blocks
    hasTrueShape = isTrue
    cells = range.map { index in
      let (row, column) = grid.block(of: table.regions[index])
      return (row, column, table.verdicts(region: index))
    }
  }

  /// The map of the matrix with the largest share of non-silent verdicts; nil if no verdict is non-silent.
  ///
  /// The lower ends of Wilson's intervals are compared, so that a matrix of which a sample holds a few regions does not
  /// win by chance; the first in canonical order among equals.
  public static func ofMostSensitiveMatrix(_ counts: ScreenCounts) throws -> RegionMap? {
    let table = counts.regions
    var best: (range: Range<Int>, bound: Double)?
    for range in table.matrices {
      let verdicts = range.reduce(Proportion()) { $0 + table.verdicts(region: $1) }
      let bound = verdicts.wilsonInterval.low
      if verdicts.count > 0, bound > best?.bound ?? -1 { best = (range, bound) }
    }
    guard let best else { return nil }
    let grid = RegionGrid(table)
    let matrix = table.regions[best.range.lowerBound].matrix
    let known = grid.blocks(of: matrix)
    let shape = counts.shapes?.shape(of: matrix)
    let blocks = shape.map {
      (
        rows: max(known.rows, ($0.rows + grid.regionRows - 1) / grid.regionRows),
        columns: max(known.columns, ($0.columns + grid.regionColumns - 1) / grid.regionColumns)
      )
    }
    let (rows, columns) = blocks ?? known
    guard rows <= blockLimit, columns <= blockLimit else {
      throw FindingsError(
        "cannot map the most sensitive matrix: \(rows) row blocks × \(columns) column blocks are more than any model "
          + "has; the file is damaged")
    }
    return RegionMap(best.range, table: table, grid: grid, blocks: (rows, columns), isTrue: shape != nil)
  }

  /// Row blocks or column blocks of a matrix: four times what the largest models have with regions of single weights.
  private static let blockLimit = 1 << 18

  /// The number of regions that were screened.
  public var regionCount: Int { cells.count }

  /// The number of regions of the whole matrix, screened or not.
  public var cellCount: Int { rowBlocks * columnBlocks }

  /// The verdicts of cells of `rows` × `columns` regions, those at the far edges perhaps smaller: `[cell row, cell
  /// column]`. Without verdicts where no region was screened.
  public func pooled(rows: Int, columns: Int) -> [[Proportion]] {
    precondition(rows > 0 && columns > 0, "a cell has regions")
    let cellColumns = (columnBlocks + columns - 1) / columns
    var pooled = Array(
      repeating: Array(repeating: Proportion(), count: cellColumns), count: (rowBlocks + rows - 1) / rows)
    for (row, column, verdicts) in cells {
      pooled[row / rows][column / columns] = pooled[row / rows][column / columns] + verdicts
    }
    return pooled
  }
}

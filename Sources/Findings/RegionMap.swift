import Mutagenesis
import Transformer

/// The verdicts on one matrix of one layer, region by region.
public struct RegionMap: Sendable {
  public let layer: Int
  public let matrix: WeightMatrix
  public let rowBlocks: Int
  public let columnBlocks: Int
  /// `[row block, column block]`; without verdicts where a region was not screened.
  public private(set) var verdicts: [Proportion]

  private init(_ range: Range<Int>, table: RegionTable, grid: RegionGrid) {
    let first = table.regions[range.lowerBound]
    layer = first.layer
    matrix = first.matrix
    (rowBlocks, columnBlocks) = grid.blocks(of: first.matrix)
    verdicts = Array(repeating: Proportion(), count: rowBlocks * columnBlocks)
    for index in range {
      let (row, column) = grid.block(of: table.regions[index])
      verdicts[row * columnBlocks + column] = table.verdicts(region: index)
    }
  }

  /// Of the matrix with the largest share of non-silent verdicts; nil if no verdict is non-silent.
  ///
  /// The lower ends of Wilson's intervals are compared, so that a matrix of which a sample holds a few regions does not
  /// win by chance; the first in canonical order among equals.
  public static func ofMostSensitiveMatrix(_ counts: ScreenCounts) throws -> RegionMap? {
    let table = counts.regions
    var best: (range: Range<Int>, bound: Double)?
    for range in table.matrices {
      let verdicts = range.reduce(Proportion()) { $0 + table.verdicts(region: $1) }
      let bound = verdicts.wilsonInterval.low
      if verdicts.nonSilent > 0, bound > best?.bound ?? -1 { best = (range, bound) }
    }
    guard let best else { return nil }
    let grid = RegionGrid(table)
    let (rows, columns) = grid.blocks(of: table.regions[best.range.lowerBound].matrix)
    guard rows <= cellLimit / max(columns, 1) else {
      throw FindingsError(
        "cannot map the most sensitive matrix: \(rows) row blocks × \(columns) column blocks are more than any model "
          + "has; the file is damaged")
    }
    return RegionMap(best.range, table: table, grid: grid)
  }

  /// Bounds what a damaged file can make this allocate: 1 GiB.
  private static let cellLimit = 1 << 26

  /// The verdicts of cells of `rows` × `columns` regions, those at the far edges perhaps smaller: `[cell row, cell
  /// column]`.
  public func pooled(rows: Int, columns: Int) -> [[Proportion]] {
    precondition(rows > 0 && columns > 0, "a cell has regions")
    let cellColumns = (columnBlocks + columns - 1) / columns
    var cells = Array(
      repeating: Array(repeating: Proportion(), count: cellColumns), count: (rowBlocks + rows - 1) / rows)
    for row in 0..<rowBlocks {
      for column in 0..<columnBlocks {
        let cell = cells[row / rows][column / columns]
        cells[row / rows][column / columns] = cell + verdicts[row * columnBlocks + column]
      }
    }
    return cells
  }
}

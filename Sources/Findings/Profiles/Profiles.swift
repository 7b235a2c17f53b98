import Perturbations
import Statistics
import Transformer

/// Where along its rows and along its columns each matrix is sensitive.
///
/// A row block is a row of regions, a column block a column of them. The expectation by chance is the share of the
/// whole matrix. Stripes also arise by arithmetic alone, because the regions of a row block add to the same outputs and
/// those of a column block read the same inputs: an enrichment is no proof of function.
public struct Profiles: Sendable {
  /// The mutations of one kind, or of all, of one matrix of one layer.
  public struct Entry: Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
    /// The kind whose verdicts are counted; nil: all kinds together.
    public let kind: Kind?
    /// The verdicts of the whole matrix.
    public let expectation: Proportion
    /// The verdicts of each row block; none where no region of it was screened.
    public let rows: [Proportion]
    /// The verdicts of each column block.
    public let columns: [Proportion]

    /// Share of a block over that of the whole matrix; not a number where there are no verdicts or none is non-silent.
    public func enrichment(of block: Proportion) -> Double {
      expectation.count > 0 ? block.share / expectation.share : .nan
    }
  }

  /// Rows of weights in a full row block.
  public let regionRows: Int
  /// Columns of weights in a full column block.
  public let regionColumns: Int
  /// All kinds together, then each kind of the screen.
  public let pools: [Kind?]
  /// Matrix by matrix in canonical order, of each matrix the pools in order.
  public let entries: [Entry]

  /// Sums verdicts by block; throws where regions are no grid.
  public init(_ counts: ScreenCounts) throws {
    let table = counts.regions
    let grid = RegionGrid(table)
    let pools = [nil] + counts.kinds.map(Optional.some)
    let matrices = table.matrices
    let blockCount = grid.rowBlocks + grid.columnBlocks
    guard blockCount <= Profiles.blockLimit, matrices.count * pools.count <= Profiles.cellLimit / max(blockCount, 1)
    else {
      throw FindingsError(
        "cannot make profiles of the screen: \(matrices.count) matrices with \(grid.rowBlocks) row blocks and "
          + "\(grid.columnBlocks) column blocks are more than any model has; the file is damaged")
    }
    regionRows = grid.regionRows
    regionColumns = grid.regionColumns
    self.pools = pools
    entries = matrices.flatMap { range in
      pools.map { Profiles.entry(range, kind: $0, table: table, grid: grid) }
    }
  }

  /// Row blocks and column blocks of a matrix: four times what the largest models have with regions of single weights.
  private static let blockLimit = 1 << 18

  /// Bounds what a damaged file can make this allocate: half a GiB, and three times that with what goes into a file.
  ///
  /// Regions of single weights of a model of seven billion have 20 million.
  private static let cellLimit = 1 << 25

  private static func entry(_ range: Range<Int>, kind: Kind?, table: RegionTable, grid: RegionGrid) -> Entry {
    let first = table.regions[range.lowerBound]
    let (rowCount, columnCount) = grid.blocks(of: first.matrix)
    var all = Proportion()
    var rows = Array(repeating: Proportion(), count: rowCount)
    var columns = Array(repeating: Proportion(), count: columnCount)
    for index in range {
      let verdicts =
        kind.map { table.verdicts(region: index, kind: $0) ?? Proportion() } ?? table.verdicts(region: index)
      let (row, column) = grid.block(of: table.regions[index])
      all = all + verdicts
      rows[row] = rows[row] + verdicts
      columns[column] = columns[column] + verdicts
    }
    return Entry(
      layer: first.layer, matrix: first.matrix, kind: kind, expectation: all, rows: rows, columns: columns)
  }
}

import Perturbations
import Transformer

/// The grid of regions that covers each matrix.
///
/// A results file names places and sizes in elements. A region begins at a multiple of the full size, and only the last
/// of an axis may be smaller, so the full size is the largest there is.
public struct RegionGrid: Sendable {
  /// Rows of weights in a full region.
  public let regionRows: Int
  /// Columns of weights in a full region.
  public let regionColumns: Int
  /// Whether all regions are of this grid: not so for lists of mutations of several sizes or between the grid's lines.
  public let holdsEveryRegion: Bool
  private var blocks: [WeightMatrix: (rows: Int, columns: Int)] = [:]

  /// Finds rows and columns of regions that lie on one grid.
  public init(_ table: RegionTable) {
    regionRows = RegionGrid.size(of: table.regions.lazy.map(\.rows))
    regionColumns = RegionGrid.size(of: table.regions.lazy.map(\.columns))
    holdsEveryRegion = RegionGrid.hold(table.regions, rows: regionRows, columns: regionColumns)
    for region in table.regions {
      let (row, column) = block(of: region)
      let known = blocks[region.matrix] ?? (0, 0)
      blocks[region.matrix] = (max(known.rows, row + 1), max(known.columns, column + 1))
    }
  }

  /// The largest number of row blocks of any matrix.
  public var rowBlocks: Int { blocks.values.map(\.rows).max() ?? 0 }

  /// The largest number of column blocks of any matrix.
  public var columnBlocks: Int { blocks.values.map(\.columns).max() ?? 0 }

  /// Row blocks and column blocks of a matrix, up to the last that was screened in any layer.
  public func blocks(of matrix: WeightMatrix) -> (rows: Int, columns: Int) { blocks[matrix] ?? (0, 0) }

  /// In which row block and column block a region is.
  public func block(of region: Region) -> (row: Int, column: Int) {
    (region.rows.lowerBound / regionRows, region.columns.lowerBound / regionColumns)
  }

  /// The largest extent; or, if a sample holds no full region of this axis, the largest size that all starts are
  /// multiples of.
  private static func size(of extents: some Sequence<Range<Int>>) -> Int {
    var largest = 1
    var divisor = 0
    for extent in extents {
      largest = max(largest, extent.count)
      divisor = greatestCommonDivisor(divisor, extent.lowerBound)
    }
    return divisor % largest == 0 ? largest : divisor
  }

  /// Whether regions begin at multiples of the full size and have it, but for those that end where their matrix does.
  private static func hold(_ regions: [Region], rows: Int, columns: Int) -> Bool {
    var ends: [WeightMatrix: (row: Int, column: Int)] = [:]
    for region in regions {
      let known = ends[region.matrix] ?? (0, 0)
      ends[region.matrix] = (max(known.row, region.rows.upperBound), max(known.column, region.columns.upperBound))
    }
    func holds(_ extent: Range<Int>, _ size: Int, end: Int) -> Bool {
      extent.lowerBound % size == 0 && (extent.count == size || extent.count < size && extent.upperBound == end)
    }
    return regions.allSatisfy { region in
      let end = ends[region.matrix] ?? (0, 0)
      return holds(region.rows, rows, end: end.row) && holds(region.columns, columns, end: end.column)
    }
  }

  private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
  }
}

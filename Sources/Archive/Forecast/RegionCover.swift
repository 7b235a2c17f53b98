import Perturbations
import Transformer

/// The regions of a size that cover a matrix, numbered row by row; those at the edges may be smaller.
public struct RegionCover: Equatable, Sendable {
  /// Rows of the matrix.
  public let rows: Int
  /// Columns of the matrix.
  public let columns: Int
  /// Rows of a full region.
  public let height: Int
  /// Columns of a full region.
  public let width: Int
  /// How many regions cover the rows.
  public let rowBlocks: Int
  /// How many regions cover the columns.
  public let columnBlocks: Int

  /// The regions of a size in a matrix of this shape, `[out, in]`.
  public init(_ size: RegionSize, of shape: (rows: Int, columns: Int)) {
    (rows, columns) = shape
    (height, width) = size.extent(in: shape)
    (rowBlocks, columnBlocks) = size.blocks(of: shape)
  }

  /// The number of regions.
  public var count: Int { rowBlocks * columnBlocks }

  /// Rows of the matrix that a block of rows has.
  public func rows(ofBlock block: Int) -> Range<Int> { block * height..<min((block + 1) * height, rows) }

  /// Columns of the matrix that a block of columns has.
  public func columns(ofBlock block: Int) -> Range<Int> { block * width..<min((block + 1) * width, columns) }

  /// The number of the region that an element of the matrix is in.
  public func number(row: Int, column: Int) -> Int { row / height * columnBlocks + column / width }

  /// A region by its number.
  public func region(_ number: Int, layer: Int, matrix: WeightMatrix) -> Region {
    let (row, column) = number.quotientAndRemainder(dividingBy: columnBlocks)
    return Region(layer: layer, matrix: matrix, rows: rows(ofBlock: row), columns: columns(ofBlock: column))
  }
}

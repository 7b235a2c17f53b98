import Perturbations
import Transformer

/// The non-silent verdicts on each region of one matrix of one layer, for one kind or for all together.
struct MatrixCells {
  let layer: Int
  let matrix: WeightMatrix
  let rowBlocks: Int
  let columnBlocks: Int
  /// Verdicts on a region.
  let verdictCount: Int
  /// A number for each region, `[row block, column block]`; −1 where not every kind was screened.
  private(set) var values: [Int32]

  /// The matrices of which enough regions were screened to say something of rows and columns: one of sixty-four at
  /// least, which also bounds what a damaged file can make this allocate.
  static func matrices(_ table: RegionTable, _ grid: RegionGrid) -> [Range<Int>] {
    table.matrices.filter { range in
      let (rows, columns) = grid.blocks(of: table.regions[range.lowerBound].matrix)
      return rows <= 64 * range.count / max(columns, 1)
    }
  }

  /// `range` are the matrix's regions in the table; `kinds` are taken together.
  init(_ range: Range<Int>, kinds: [Kind], table: RegionTable, grid: RegionGrid) {
    let first = table.regions[range.lowerBound]
    layer = first.layer
    matrix = first.matrix
    (rowBlocks, columnBlocks) = grid.blocks(of: first.matrix)
    verdictCount = kinds.count * table.inputCount
    values = Array(repeating: -1, count: rowBlocks * columnBlocks)
    for index in range {
      let verdicts = kinds.compactMap { table.verdicts(region: index, kind: $0) }
      guard verdicts.count == kinds.count else { continue }
      let (row, column) = grid.block(of: table.regions[index])
      values[row * columnBlocks + column] = Int32(verdicts.reduce(0) { $0 + $1.count })
    }
  }

  private init(transposing other: MatrixCells) {
    layer = other.layer
    matrix = other.matrix
    (rowBlocks, columnBlocks) = (other.columnBlocks, other.rowBlocks)
    verdictCount = other.verdictCount
    values = (0..<other.values.count).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: other.rowBlocks)
      return other.values[column * other.columnBlocks + row]
    }
  }

  /// A copy with rows for columns.
  var transposed: MatrixCells { MatrixCells(transposing: self) }

  /// Whether every region was screened.
  var isWhole: Bool { !values.contains(-1) }

  /// The values of a row block; −1 where not screened.
  func row(_ row: Int) -> ArraySlice<Int32> { values[row * columnBlocks..<(row + 1) * columnBlocks] }
}

import LinearAlgebra

/// Rows of a float32 matrix times a block, summed in double over tiles of its columns.
///
/// The tiles of a row must not depend on which other rows are multiplied; then its product does not either.
struct BlockProduct {
  /// Most columns of a tile: sums of so many products are precise enough in float32.
  static let depth = 2048

  private let rows: Range<Int>
  /// The block's vectors as rows, `[width, count]`.
  private let block: Matrix
  private let part: Matrix
  /// What was summed so far, `[rows, width]`.
  private(set) var sums: DoubleMatrix

  init(of rows: Range<Int>, with block: DoubleMatrix) {
    self.rows = rows
    self.block = Matrix(rows: block.columns, columns: block.rows)
    part = Matrix(rows: EntryTile.size, columns: block.columns)
    sums = DoubleMatrix(rows: rows.count, columns: block.columns)
    let width = block.columns
    block.values.withUnsafeBufferPointer { values in
      for column in 0..<width {
        let target = self.block.view.row(column)
        for row in 0..<block.rows { target[row] = Float(values[row * width + column]) }
      }
    }
  }

  /// Adds the product of a tile, `[rows, columns]`, with its rows of the block.
  mutating func add(_ tile: MatrixView, rows some: Range<Int>, columns: Range<Int>, in workspace: ProductWorkspace) {
    let weights = WeightView(block.view.reading[columns: columns])
    let target = part.view[rows: 0..<some.count]
    target.assignProduct(of: tile, withTransposeOf: weights, in: workspace)
    let start = (some.lowerBound - rows.lowerBound) * block.rows
    sums.values.withUnsafeMutableBufferPointer { sums in
      for place in 0..<some.count * block.rows { sums[start + place] += Double(target.base[place]) }
    }
  }
}

import LinearAlgebra

/// An affinity of which any entries can be computed, so that it can be multiplied without ever being in memory, and
/// compared with a few landmarks.
public protocol EntryAffinity: Affinity {
  /// Writes the affinities of some points to some others, `[rows, columns]`; 0 for a point to itself.
  func write(_ rows: Range<Int>, _ columns: [Int], to target: MutableMatrixView, in workspace: ProductWorkspace)
}

/// Rows and columns of entries that are computed together: they stay in the second cache until they are used.
enum EntryTile {
  static let size = 384
}

extension EntryAffinity {
  /// Entries are computed a tile at a time and are used at once.
  public func product(of rows: Range<Int>, with block: DoubleMatrix) -> DoubleMatrix {
    precondition(block.rows == count, "a block of \(count) rows")
    let (tile, workspace) = (Matrix(rows: EntryTile.size, columns: EntryTile.size), ProductWorkspace())
    var product = BlockProduct(of: rows, with: block)
    for some in rows.pieces(of: EntryTile.size) {
      for columns in (0..<count).pieces(of: EntryTile.size) {
        let entries = tile.view[rows: 0..<some.count][columns: 0..<columns.count]
        write(some, Array(columns), to: entries, in: workspace)
        product.add(entries.reading, rows: some, columns: columns, in: workspace)
      }
    }
    return product.sums
  }
}

extension Range<Int> {
  /// One behind the other, all of `size` but the last.
  func pieces(of size: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
  }
}

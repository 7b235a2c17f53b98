import LinearAlgebra
import MessagePassing

/// An affinity in memory, as float32: each rank holds the rows that it multiplies, 4 · count² bytes over all ranks.
public struct DenseAffinity: Affinity {
  /// The number of points.
  public let count: Int
  private let own: Range<Int>
  /// The rows of this rank, `[own, count]`; nothing writes to it after `init`.
  private nonisolated(unsafe) let values: Matrix

  /// `fill` writes a row, `[count]`, of a symmetric matrix; what it says of a point and itself is not used.
  public init(
    count: Int, sharing: Sharing, fill: @Sendable (_ row: Int, _ values: UnsafeMutablePointer<Float>) -> Void
  ) {
    self.init(count: count, sharing: sharing) { rows, target in
      for row in rows {
        fill(row, target.row(row - rows.lowerBound))
        target[row - rows.lowerBound, row] = 0
      }
    }
  }

  /// All entries of an affinity.
  public init(_ affinity: some EntryAffinity, sharing: Sharing) {
    let columns = Array(0..<affinity.count)
    self.init(count: affinity.count, sharing: sharing) { rows, target in
      let workspace = ProductWorkspace()
      for some in rows.pieces(of: EntryTile.size) {
        for others in columns.indices.pieces(of: EntryTile.size) {
          let place = some.lowerBound - rows.lowerBound
          let tile = target[rows: place..<place + some.count][columns: others]
          affinity.write(some, Array(columns[others]), to: tile, in: workspace)
        }
      }
    }
  }

  /// `write` writes some rows, with a diagonal of zeros.
  init(count: Int, sharing: Sharing, write: @Sendable (Range<Int>, MutableMatrixView) -> Void) {
    self.count = count
    own = sharing.ownRange(of: count)
    // Every thread writes rows of its own.
    nonisolated(unsafe) let values = Matrix(rows: own.count, columns: count)
    self.values = values
    sharing.together(own) { [own] _, rows in
      write(rows, values[rows: rows.lowerBound - own.lowerBound..<rows.upperBound - own.lowerBound])
    }
  }

  /// Rows must be of this rank: they are, where `Sharing` asks.
  public func product(of rows: Range<Int>, with block: DoubleMatrix) -> DoubleMatrix {
    precondition(own.contains(rows) && block.rows == count, "rows \(rows) of \(own), and a block of \(count) rows")
    let workspace = ProductWorkspace()
    var product = BlockProduct(of: rows, with: block)
    for some in rows.pieces(of: EntryTile.size) {
      let entries = values.view.reading[rows: some.lowerBound - own.lowerBound..<some.upperBound - own.lowerBound]
      for columns in (0..<count).pieces(of: BlockProduct.depth) {
        product.add(entries[columns: columns], rows: some, columns: columns, in: workspace)
      }
    }
    return product.sums
  }

  /// Finds the components from the rows in memory. Collective.
  public func components(sharing: Sharing) throws -> Components {
    var sets = DisjointSets(count: count)
    var labels = sets.roots
    for (place, row) in own.enumerated() {
      let entries = values.view.row(place)
      var joined = false
      // Joins what the labels show to be apart; they are brought up to date row by row.
      for column in 0..<count where entries[column] > 0 && labels[column] != labels[row] {
        joined = sets.join(row, column) || joined
      }
      if joined { labels = sets.roots }
    }
    for (place, label) in try sharing.ofAllRanks(labels).enumerated() { sets.join(place % count, Int(label)) }
    return Components(sets)
  }
}

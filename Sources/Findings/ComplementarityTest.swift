import LinearAlgebra
import Transformer

/// The blocks of one axis of one matrix, tested for complementary pairs.
struct ComplementarityTest {
  let layer: Int
  let matrix: WeightMatrix
  let axis: Enrichment.Axis
  /// Sensitivity to maximum less to minimum, centred along the other axis, `[block, place]`; as found, and without arithmetic.
  private let raw: [[Double]]
  private let residual: [[Double]]
  /// The residual over its damped length, so that the product of two rows is the pair's statistic with its sign turned.
  private let scaled: Matrix

  /// nil where there are no pairs, or nothing varies.
  init?(maximum: MatrixCells, minimum: MatrixCells, axis: Enrichment.Axis, drive: [Double]?) {
    let (rows, columns) = (maximum.rowBlocks, maximum.columnBlocks)
    let difference = zip(maximum.values, minimum.values).map { Double($0 - $1) }
    let rest = ComplementarityTest.removing(drive, from: difference, rows: rows, columns: columns)
    func centred(_ values: [Double]) -> [[Double]] {
      let blocks =
        axis == .row
        ? (0..<rows).map { row in Array(values[row * columns..<(row + 1) * columns]) }
        : (0..<columns).map { column in (0..<rows).map { values[$0 * columns + column] } }
      return blocks.map { block in
        let mean = block.mean
        return block.map { $0 - mean }
      }
    }
    raw = centred(difference)
    residual = centred(rest)
    let squares = residual.map { $0.reduce(0) { $0 + $1 * $1 } }
    // Damped by the mean, so that blocks with hardly any verdicts make no perfect pairs by chance.
    let damping = squares.mean
    guard residual.count > 1, damping > 0 else { return nil }
    scaled = Matrix(rows: residual.count, columns: residual[0].count)
    for (row, block) in residual.enumerated() {
      let length = (squares[row] + damping).squareRoot()
      for (place, value) in block.enumerated() { scaled.view.row(row)[place] = Float(value / length) }
    }
    layer = maximum.layer
    matrix = maximum.matrix
    self.axis = axis
  }

  /// `[row, column]` less a_row · drive_column, with a fitted to each row by least squares.
  private static func removing(_ drive: [Double]?, from values: [Double], rows: Int, columns: Int) -> [Double] {
    guard let drive, drive.count == columns, drive.allSatisfy(\.isFinite) else { return values }
    let square = drive.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return values }
    var rest = values
    for row in 0..<rows {
      let own = row * columns..<(row + 1) * columns
      let share = zip(values[own], drive).reduce(0) { $0 + $1.0 * $1.1 } / square
      for column in 0..<columns { rest[own.lowerBound + column] -= share * drive[column] }
    }
    return rest
  }

  // MARK: Statistics

  /// The largest statistic of a pair when every block's own values are permuted, for each of some permutations.
  func maxima(_ permutations: Range<Int>, key: Int, seed: UInt64) -> [Double] {
    let values = Matrix(rows: scaled.rows, columns: scaled.columns)
    let products = Matrix(rows: scaled.rows, columns: scaled.rows)
    return permutations.map { permutation in
      var random = RandomNumbers(
        seed: seed, stream: UInt32(truncatingIfNeeded: key), index: UInt32(truncatingIfNeeded: permutation))
      values.view.copy(scaled.view.reading)
      for row in 0..<values.rows { random.shuffle(values.view.row(row), count: values.columns) }
      BLAS.assignProduct(of: values.view.reading, withTransposeOf: values.view.reading, to: products.view)
      var smallest = Float.infinity
      for first in 0..<products.rows {
        let row = products.view.row(first)
        for second in first + 1..<products.rows { smallest = min(smallest, row[second]) }
      }
      return Double(-smallest)
    }
  }

  /// The pairs with the largest statistics, the largest first.
  func best(_ limit: Int) -> [(first: Int, second: Int, statistic: Double)] {
    let products = Matrix(rows: scaled.rows, columns: scaled.rows)
    BLAS.assignProduct(of: scaled.view.reading, withTransposeOf: scaled.view.reading, to: products.view)
    var pairs: [(first: Int, second: Int, statistic: Double)] = []
    for first in 0..<products.rows {
      let row = products.view.row(first)
      for second in first + 1..<products.rows { pairs.append((first, second, Double(-row[second]))) }
    }
    pairs.sort { ($1.statistic, $0.first, $0.second) < ($0.statistic, $1.first, $1.second) }
    return Array(pairs.prefix(limit))
  }

  /// How opposite two blocks are, as found and without arithmetic: the correlation with its sign turned; 0 where one does not
  /// vary.
  func scores(_ first: Int, _ second: Int) -> (raw: Double, residual: Double) {
    func score(_ blocks: [[Double]]) -> Double {
      let value = Correlation(blocks[first], blocks[second]).value
      return value.isNaN ? 0 : -value
    }
    return (score(raw), score(residual))
  }
}

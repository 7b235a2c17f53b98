import Basics

extension RandomStream {
  /// Draws a matrix `[rows, columns]` of standard normal numbers, row by row.
  public mutating func normals(rows: Int, columns: Int) -> DoubleMatrix {
    DoubleMatrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in normal() })
  }
}

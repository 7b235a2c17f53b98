import CBLAS

extension DoubleMatrix {
  /// Orthonormal rows that span what the first rows of this matrix span, the first one what the first does, and so on;
  /// the signs are such that each has a product with its row that is not below 0. There are no more rows than columns.
  ///
  /// A row that depends on those before it gives any vector that is orthogonal to them. About 4 · rows² · columns
  /// operations, by reflections, so that rows are orthonormal to rounding whatever the matrix is.
  public func orthonormalRows() throws -> DoubleMatrix {
    precondition(rows <= columns, "at most as many orthonormal rows as columns")
    guard rows > 0 else { return self }
    guard values.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError("a matrix of \(rows) rows has entries that are no finite numbers")
    }
    // Rows are the columns of LAPACK's matrix.
    var result = self
    var (height, width, status) = (blasint(columns), blasint(rows), blasint(0))
    var scales = Array(repeating: 0.0, count: rows)
    var (size, asking) = (0.0, blasint(-1))
    dgeqrf_(&height, &width, &result.values, &height, &scales, &size, &asking, &status)
    var workCount = blasint(max(size, Double(rows) * 64))
    var work = Array(repeating: 0.0, count: Int(workCount))
    dgeqrf_(&height, &width, &result.values, &height, &scales, &work, &workCount, &status)
    try check(Int(status), "factoring a matrix of \(rows) rows", "the method does not end")
    let signs = (0..<rows).map { result[$0, $0] < 0 ? -1.0 : 1 }
    var reflections = width
    dorgqr_(&height, &width, &reflections, &result.values, &height, scales, &work, &workCount, &status)
    try check(Int(status), "factoring a matrix of \(rows) rows", "the method does not end")
    for row in 0..<rows where signs[row] < 0 {
      for column in 0..<columns { result.values[row * columns + column].negate() }
    }
    return result
  }
}

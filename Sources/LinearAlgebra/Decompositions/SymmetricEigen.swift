import CBLAS

/// Eigenvalues of a symmetric matrix, the largest first, and orthonormal eigenvectors as columns.
///
/// The sign of a vector is such that its first entry of the largest size is positive.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, the largest first, `[count]`.
  public let values: [Double]
  /// The eigenvectors as columns, in the order of the values, `[order, count]`.
  public let vectors: DoubleMatrix

  /// All of them: about 9 · order³ operations. Only the upper triangle is read.
  public init(_ matrix: DoubleMatrix) throws {
    try self.init(matrix, metric: nil)
  }

  /// All of A x = λ B x with a positive definite B; vectors are orthonormal in B. An error if B is not positive
  /// definite.
  public init(_ matrix: DoubleMatrix, metric: DoubleMatrix) throws {
    precondition(metric.rows == matrix.rows && metric.columns == matrix.columns, "matrices of one order")
    try self.init(matrix, metric: Optional(metric))
  }

  /// The `leading` largest: about 4/3 · order³ operations.
  public init(_ matrix: DoubleMatrix, leading: Int) throws {
    precondition(matrix.rows == matrix.columns && leading > 0 && leading <= matrix.rows, "some of a square matrix")
    try SymmetricEigen.requireFinite(matrix)
    let order = matrix.rows
    var (matrix, values) = (matrix, Array(repeating: 0.0, count: order))
    var vectors = DoubleMatrix(rows: leading, columns: order)
    var (size, first, last, found) = (blasint(order), blasint(order - leading + 1), blasint(order), blasint(0))
    var support = Array(repeating: blasint(0), count: 2 * leading)
    let status = SymmetricEigen.withWorkspace { work, workCount, integers, integerCount, status in
      var (bound, tolerance) = (0.0, 0.0)
      // A symmetric matrix is the same row by row and column by column, but for the triangle.
      dsyevr_(
        "V", "I", "L", &size, &matrix.values, &size, &bound, &bound, &first, &last, &tolerance, &found, &values,
        &vectors.values, &size, &support, work, workCount, integers, integerCount, status, 1, 1, 1)
    }
    try check(status, "finding \(leading) eigenvectors of order \(order)", "the method does not converge")
    self.init(ascending: Array(values.prefix(leading)), vectors)
  }

  private init(_ matrix: DoubleMatrix, metric: DoubleMatrix?) throws {
    precondition(matrix.rows == matrix.columns, "eigenvectors are of square matrices")
    try SymmetricEigen.requireFinite(matrix)
    let order = matrix.rows
    var (matrix, values, size) = (matrix, Array(repeating: 0.0, count: order), blasint(order))
    guard order > 0 else {
      self.init(ascending: [], matrix)
      return
    }
    let status = SymmetricEigen.withWorkspace { work, workCount, integers, integerCount, status in
      if var metric {
        var type = blasint(1)
        dsygvd_(
          &type, "V", "L", &size, &matrix.values, &size, &metric.values, &size, &values, work, workCount, integers,
          integerCount, status, 1, 1)
      } else {
        dsyevd_("V", "L", &size, &matrix.values, &size, &values, work, workCount, integers, integerCount, status, 1, 1)
      }
    }
    try check(
      status, "finding the eigenvectors of order \(order)",
      status > order ? "the metric is not positive definite" : "the method does not converge")
    self.init(ascending: values, matrix)
  }

  /// Takes vectors as rows.
  private init(ascending values: [Double], _ rows: DoubleMatrix) {
    let count = values.count
    self.values = values.reversed()
    var vectors = DoubleMatrix(rows: rows.columns, columns: count)
    for place in 0..<count {
      let row = rows[row: count - 1 - place]
      let largest = row.reduce(0) { max($0, abs($1)) }
      // Rounding alone must not choose between entries of one size.
      let sign = (row.first { abs($0) >= largest * (1 - 1e-9) } ?? 1) < 0 ? -1.0 : 1
      for (entry, value) in row.enumerated() { vectors[entry, place] = sign * value }
    }
    self.vectors = vectors
  }

  /// NaN would send LAPACK round in circles.
  static func requireFinite(_ matrix: DoubleMatrix) throws {
    guard matrix.values.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError("a matrix of order \(matrix.rows) has entries that are no finite numbers")
    }
  }

  /// Asks how much memory the routine wants, then runs it with that.
  static func withWorkspace(
    _ body: (
      UnsafeMutablePointer<Double>, UnsafePointer<blasint>, UnsafeMutablePointer<blasint>, UnsafePointer<blasint>,
      UnsafeMutablePointer<blasint>
    ) -> Void
  ) -> Int {
    var (status, asking) = (blasint(0), blasint(-1))
    var (workSize, integerSize) = (0.0, blasint(0))
    body(&workSize, &asking, &integerSize, &asking, &status)
    var (workCount, integerCount) = (blasint(workSize), integerSize)
    var work = Array(repeating: 0.0, count: max(1, Int(workCount)))
    var integers = Array(repeating: blasint(0), count: max(1, Int(integerCount)))
    body(&work, &workCount, &integers, &integerCount, &status)
    return Int(status)
  }
}

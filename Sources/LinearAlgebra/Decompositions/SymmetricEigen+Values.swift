import CBLAS

extension SymmetricEigen {
  /// The eigenvalues alone, the largest first: about 4/3 · order³ operations.
  public static func values(of matrix: DoubleMatrix) throws -> [Double] {
    precondition(matrix.rows == matrix.columns, "eigenvalues are of square matrices")
    try requireFinite(matrix)
    let order = matrix.rows
    guard order > 0 else { return [] }
    var (matrix, values, size) = (matrix, Array(repeating: 0.0, count: order), blasint(order))
    let status = withWorkspace { work, workCount, integers, integerCount, status in
      dsyevd_("N", "L", &size, &matrix.values, &size, &values, work, workCount, integers, integerCount, status, 1, 1)
    }
    try check(status, "finding the eigenvalues of order \(order)", "the method does not converge")
    return values.reversed()
  }
}

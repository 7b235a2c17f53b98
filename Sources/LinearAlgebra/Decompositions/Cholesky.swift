import CBLAS
import Foundation

/// The Cholesky factor of a symmetric positive definite matrix: A = L Lᵀ.
public struct Cholesky: Sendable {
  /// Column by column, the lower triangle.
  private let factor: [Double]
  /// The number of rows and of columns.
  public let order: Int

  /// order³ / 3 operations; an error if the matrix is not positive definite.
  public init(_ matrix: DoubleMatrix) throws {
    precondition(matrix.rows == matrix.columns, "factors are of square matrices")
    order = matrix.rows
    var (values, size, status) = (matrix.values, blasint(matrix.rows), blasint(0))
    dpotrf_("L", &size, &values, &size, &status, 1)
    try check(
      Int(status), "factoring a matrix of order \(order)", "it is not positive definite from row \(status) on")
    factor = values
  }

  /// The X of A X = `right`, `[order, columns]`.
  public func solve(_ right: DoubleMatrix) -> DoubleMatrix {
    precondition(right.rows == order, "a right side of \(order) rows")
    var columns = right.transposed
    var (size, count, status) = (blasint(order), blasint(right.columns), blasint(0))
    dpotrs_("L", &size, &count, factor, &size, &columns.values, &size, &status, 1)
    return columns.transposed
  }

  /// ln det A
  public var logDeterminant: Double {
    (0..<order).reduce(0) { $0 + 2 * lnFactor($1) }
  }

  /// L `vector`: a draw from a normal distribution of this covariance, of one from the standard one.
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == order, "a vector of \(order) entries")
    return (0..<order).map { row in (0...row).reduce(0) { $0 + factor[$1 * order + row] * vector[$1] } }
  }

  private func lnFactor(_ place: Int) -> Double { log(factor[place * order + place]) }
}

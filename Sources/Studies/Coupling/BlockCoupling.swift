import LinearAlgebra

/// How far a Jacobian J_i is from diagonal in the singular bases of another one: with M = U_Kᵀ J_i V_K,
/// m_K = ‖|M| − S_K‖ / ‖S_K‖, where S_K are the first K singular values of J_i (arXiv 2407.07810, section 3).
///
/// |M| is taken element by element, because the signs of singular vectors are arbitrary. 0 where the bases are J_i's
/// own; the lower, the more coupled.
package struct BlockCoupling: Equatable, Sendable {
  /// m_K, divided by the length of the first K singular values.
  package let norm: Double
  /// This numerator divided by their sum.
  package let trace: Double

  /// m_K for each of some ascending widths K, of a matrix M `[vectors, vectors]`, whose first K rows and columns are
  /// those of K, and of as many singular values. Not a number where the singular values are 0.
  package static func all(_ product: MatrixView, singular values: [Double], widths: [Int]) -> [BlockCoupling] {
    precondition(
      product.rows == product.columns && product.rows <= values.count && (widths.last ?? 0) <= product.rows,
      "M has as many rows and columns as the greatest width")
    var (squares, length, sum, next) = (0.0, 0.0, 0.0, 0)
    return widths.map { width in
      while next < width {
        let row = product.row(next)
        for column in 0..<next {
          squares += Double(row[column]) * Double(row[column])
          squares += Double(product[column, next]) * Double(product[column, next])
        }
        let rest = Double(abs(row[next])) - values[next]
        squares += rest * rest
        length += values[next] * values[next]
        sum += values[next]
        next += 1
      }
      return BlockCoupling(norm: squares.squareRoot() / length.squareRoot(), trace: squares.squareRoot() / sum)
    }
  }
}

/// The largest singular values of a matrix A with their vectors: A v = σ u and Aᵀ u = σ v.
///
/// The sign of a pair of vectors is arbitrary.
public struct SingularTriples: Sendable {
  /// The singular values, the largest first, `[count]`.
  public let values: [Double]
  /// The left vectors u as orthonormal rows, `[count, rows of A]`.
  public let left: DoubleMatrix
  /// The right vectors v as orthonormal rows, `[count, columns of A]`.
  public let right: DoubleMatrix
  /// The greatest ‖Aᵀ u − σ v‖ over the triples, over σ₁; not a number where σ₁ is 0. Each value is as close to a
  /// singular value of A as ‖Aᵀ u − σ v‖, since A v = σ u holds to rounding (Parlett 1980, The Symmetric Eigenvalue
  /// Problem, 4.5); vectors turn by at most that over the gap to the other singular values.
  public let error: Double

  init(values: [Double], left: DoubleMatrix, right: DoubleMatrix, error: Double) {
    self.values = values
    self.left = left
    self.right = right
    self.error = error
  }

  /// The `leading` largest ones of a matrix that is there as a whole, by the eigenvectors of AᵀA.
  ///
  /// About rows · columns² + 4/3 · columns³ operations, and some times the latter for more than a quarter of them.
  /// Squaring costs digits: a value σ has an error of about 10⁻¹⁶ σ₁² / σ, which for matrices that are known to float32
  /// is less than what their own rounding makes.
  public init(of matrix: DoubleMatrix, leading: Int) throws {
    precondition(leading > 0 && leading <= min(matrix.rows, matrix.columns), "some of the singular values")
    let gram = matrix.gram
    // Some eigenvectors are found one by one, and all of them together at less than a quarter of that each.
    let eigen = try leading * 4 < gram.rows ? SymmetricEigen(gram, leading: leading) : SymmetricEigen(gram)
    let right = eigen.vectors[columns: 0..<leading].transposed
    let images = right.timesTranspose(matrix)
    try self.init(right: right, images: images) { $0.times(matrix) }
  }

  /// Takes right vectors as rows and what A makes of them; `pull` gives Aᵀu for each row u.
  init(right: DoubleMatrix, images: DoubleMatrix, pull: (DoubleMatrix) -> DoubleMatrix) throws {
    let values = (0..<images.rows).map { images[row: $0].reduce(0) { $0 + $1 * $1 }.squareRoot() }
    var scaled = images
    for (row, value) in values.enumerated() where value > 0 {
      for column in 0..<images.columns { scaled[row, column] /= value }
    }
    // Rounding leaves the vectors of small values short of orthogonal; those of values of 0 are any.
    let left = try scaled.orthonormalRows()
    let pulled = pull(left)
    let errors = (0..<right.rows).map { row in
      zip(pulled[row: row], right[row: row]).reduce(0) {
        $0 + ($1.0 - values[row] * $1.1) * ($1.0 - values[row] * $1.1)
      }
      .squareRoot()
    }
    let largest = values.first ?? 0
    self.init(
      values: values, left: left, right: right, error: largest > 0 ? (errors.max() ?? 0) / largest : .nan)
  }
}

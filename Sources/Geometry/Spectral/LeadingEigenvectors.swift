import LinearAlgebra

/// The leading eigenvectors of a normalized affinity, besides those already known, by the block Lanczos method with
/// thick restarts (Golub & Underwood 1977; Wu & Simon 2000, SIAM J. Matrix Anal. Appl. 22, 602).
///
/// The sign of a vector is such that its first entry of the largest size is positive. Ranks share the products; all
/// else each does for itself in one order, so that every rank has the same.
struct LeadingEigenvectors {
  /// Below this, the largest eigenvalue is no measure: rounding of float32 products would not let residuals become so
  /// small.
  private static let leastScale = 0.01

  /// The largest first.
  let values: [Double]
  /// Orthonormal, as rows, `[found, points]`.
  let vectors: DoubleMatrix
  /// ‖M x − λ x‖ of the vector where it is largest.
  let residual: Double

  /// `known` are orthonormal eigenvectors as rows, `[known, points]`. Stops when every residual is at most `tolerance`
  /// of the largest eigenvalue found, or after `blockLimit` products. Fewer are found where there are no more.
  /// Collective.
  init(
    of matrix: NormalizedAffinity<some Affinity>, besides known: DoubleMatrix, count wanted: Int, seed: UInt64,
    tolerance: Double = 1e-5, blockLimit: Int = 300
  ) throws {
    let width = wanted > 0 ? matrix.base.blockWidth : 0
    var space = KrylovSpace(besides: known)
    var eigen = try space.eigenvectors()
    var residual = 0.0
    var block = space.orthonormal(matrix.directions(width, seed: seed, index: 0))
    for index in 1...blockLimit where block.rows > 0 {
      let next = space.extend(by: block, image: try matrix.times(block))
      eigen = try space.eigenvectors()
      residual = space.residuals(of: eigen, first: min(wanted, space.count)).max() ?? 0
      let bound = tolerance * max(eigen.values[0], LeadingEigenvectors.leastScale)
      if space.count >= wanted, residual <= bound { break }
      if space.count + next.rows > wanted + 8 * width { space.restart(with: eigen, first: wanted + width) }
      // Where no product leads out of the space, there may be more outside.
      block = next.rows > 0 ? next : space.orthonormal(matrix.directions(width, seed: seed, index: index))
    }
    let found = min(wanted, space.count)
    values = Array(eigen.values.prefix(found))
    vectors = LeadingEigenvectors.signed(space.vectors(of: eigen, first: found))
    self.residual = residual
  }

  private static func signed(_ vectors: DoubleMatrix) -> DoubleMatrix {
    var vectors = vectors
    for row in 0..<vectors.rows {
      let largest = vectors[row: row].reduce(0) { max($0, abs($1)) }
      // Rounding alone must not choose between entries of one size.
      guard (vectors[row: row].first { abs($0) >= largest * (1 - 1e-9) } ?? 0) < 0 else { continue }
      for column in 0..<vectors.columns { vectors[row, column] = -vectors[row, column] }
    }
    return vectors
  }
}

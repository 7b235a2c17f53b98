import LinearAlgebra

/// The leading eigenvectors of D⁻¹ K for the approximation K = C W⁺ Cᵀ of an affinity by landmarks, D the sums of its
/// rows.
///
/// With W⁺ = P Pᵀ, those of D^(−½) C P Pᵀ Cᵀ D^(−½) are D^(−½) C P Y λ^(−½) with the eigenvectors Y of Pᵀ Cᵀ D⁻¹ C P,
/// of the order of the landmarks.
struct LandmarkEigenvectors {
  /// Eigenvalues of W below this part of the largest are left out: rounding of affinities would decide their vectors.
  private static let leastShare = 1e-4

  /// The largest first.
  let values: [Double]
  /// The eigenvectors, `[points, found]`; zeros for a point of degree 0 or less.
  let vectors: DoubleMatrix
  /// The degree of each point by the approximation, `[points]`.
  let degrees: [Double]

  /// Finds the `count` leading eigenvectors from the columns of landmarks. Collective.
  init(of columns: LandmarkColumns<some EntryAffinity>, count: Int) throws {
    let size = columns.landmarks.count
    let among = try SymmetricEigen(columns.amongThemselves())
    let kept = among.values.indices.filter { among.values[$0] > LandmarkEigenvectors.leastShare * among.values[0] }
    var root = among.vectors[columns: kept]
    for row in 0..<size {
      for column in kept.indices { root[row, column] /= among.values[kept[column]].squareRoot() }
    }
    let sums = try columns.sum(width: size) { _, tile in
      DoubleMatrix(rows: 1, columns: tile.rows, repeating: 1).times(tile)
    }
    let weights = root.times(root.transposeTimes(DoubleMatrix(rows: size, columns: 1, values: sums)))
    let inner = try columns.sum(width: size * size) { _, tile in
      var scaled = tile
      for (row, degree) in tile.times(weights).values.enumerated() {
        for column in 0..<size { scaled[row, column] = degree > 0 ? tile[row, column] / degree : 0 }
      }
      return tile.transposeTimes(scaled)
    }
    let middle = root.transposeTimes(DoubleMatrix(rows: size, columns: size, values: inner).times(root))
    let found = min(count, kept.count)
    let eigen = try SymmetricEigen(middle, leading: found)
    var factors = root.times(eigen.vectors)
    for row in 0..<size {
      for column in 0..<found { factors[row, column] /= max(eigen.values[column], .leastNormalMagnitude).squareRoot() }
    }
    let mapped = try columns.map(width: found + 1) { [factors] tile in
      var made = DoubleMatrix(rows: tile.rows, columns: found + 1)
      let (degrees, vectors) = (tile.times(weights).values, tile.times(factors))
      for (row, degree) in degrees.enumerated() {
        made[row, found] = degree
        for column in 0..<found { made[row, column] = degree > 0 ? vectors[row, column] / degree : 0 }
      }
      return made
    }
    values = eigen.values
    vectors = mapped[columns: 0..<found]
    degrees = mapped[column: found]
  }

  /// ‖D⁻¹ A x − λ x‖ / ‖λ x‖ over the first eigenvectors but one, in some exact rows of A: the columns of it for a
  /// sample of points. Collective.
  func error(of count: Int, in sample: LandmarkColumns<some EntryAffinity>) throws -> Double {
    let (size, width) = (sample.landmarks.count, vectors.columns)
    let products = try sample.sum(width: size * (width + 1)) { [vectors] rows, tile in
      var block = DoubleMatrix(rows: rows.count, columns: width + 1, repeating: 1)
      for (place, row) in rows.enumerated() {
        for column in 0..<width { block[place, column] = vectors[row, column] }
      }
      return tile.transposeTimes(block)
    }
    var (difference, whole) = (0.0, 0.0)
    for (place, point) in sample.landmarks.enumerated() {
      let degree = products[place * (width + 1) + width]
      for column in min(1, count - 1)..<count {
        let expected = values[column] * vectors[point, column]
        let own = products[place * (width + 1) + column] / degree - expected
        difference += own * own
        whole += expected * expected
      }
    }
    return (difference / whole).squareRoot()
  }
}

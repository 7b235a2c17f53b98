import LinearAlgebra

/// An orthonormal basis of the space that products of a symmetric matrix with blocks of vectors span, and the matrix as
/// it is there. All vectors are rows.
struct KrylovSpace {
  /// Vectors shorter than this are nothing but rounding: the matrix has a norm of at most 1.
  private static let leastLength = 1e-11
  /// The least part of a vector, squared, that its block does not have without it.
  private static let leastShare = 1e-12

  /// Orthonormal vectors that the basis is kept orthogonal to, `[known, size]`.
  private let known: DoubleMatrix
  private let size: Int
  private var basis: [Double] = []
  /// The matrix between vectors of the basis, `[count, count]`.
  private var projection = DoubleMatrix(rows: 0, columns: 0)
  /// Products of what is left of the last block's image outside the space, `[width, width]`.
  private var remainder = DoubleMatrix(rows: 0, columns: 0)

  init(besides known: DoubleMatrix) {
    self.known = known
    size = known.columns
  }

  /// Vectors of the basis.
  var count: Int { projection.rows }

  /// Adds a block that `orthonormal` or `extend` made, given the matrix times it; returns the next block, of fewer
  /// vectors or none where the space has all that products can reach.
  mutating func extend(by block: DoubleMatrix, image: DoubleMatrix) -> DoubleMatrix {
    let before = count
    basis += block.values
    var wider = DoubleMatrix(rows: before + block.rows, columns: before + block.rows)
    for row in 0..<before {
      for column in 0..<before { wider[row, column] = projection[row, column] }
    }
    projection = wider
    let parts = vectors.timesTranspose(image)
    for row in 0..<count {
      for column in 0..<block.rows {
        projection[row, before + column] = parts[row, column]
        projection[before + column, row] = parts[row, column]
      }
    }
    let rest = image.minus(parts.transposeTimes(vectors)).minus(image.timesTranspose(known).times(known))
    remainder = rest.timesTranspose(rest)
    return orthonormal(rest)
  }

  /// The same directions, orthonormal and orthogonal to the basis; those that are not new are left out. Everything is
  /// done twice, because rounding of short vectors grows with them (Giraud, Langou & Rozložník 2005).
  func orthonormal(_ block: DoubleMatrix) -> DoubleMatrix {
    (0..<2).reduce(KrylovSpace.orthonormal(block)) { block, _ in
      let old = block.timesTranspose(vectors).times(vectors)
      return KrylovSpace.orthonormal(block.minus(old).minus(block.timesTranspose(known).times(known)))
    }
  }

  // MARK: Eigenvectors

  /// Eigenvalues and eigenvectors of the matrix within the space.
  func eigenvectors() throws -> SymmetricEigen { try SymmetricEigen(projection) }

  /// ‖M x − λ x‖ of each of the first eigenvectors.
  func residuals(of eigen: SymmetricEigen, first: Int) -> [Double] {
    let width = remainder.rows
    return (0..<first).map { place in
      let last = (count - width..<count).map { eigen.vectors[$0, place] }
      var square = 0.0
      for row in 0..<width {
        for column in 0..<width { square += last[row] * remainder[row, column] * last[column] }
      }
      return max(0, square).squareRoot()
    }
  }

  /// The first eigenvectors themselves, `[first, size]`.
  func vectors(of eigen: SymmetricEigen, first: Int) -> DoubleMatrix {
    eigen.vectors[columns: 0..<first].transposeTimes(vectors)
  }

  /// Keeps the first eigenvectors alone.
  mutating func restart(with eigen: SymmetricEigen, first: Int) {
    basis = vectors(of: eigen, first: first).values
    projection = DoubleMatrix(diagonal: Array(eigen.values.prefix(first)))
  }

  private var vectors: DoubleMatrix { DoubleMatrix(rows: count, columns: size, values: basis) }

  /// An orthonormal basis of the vectors, by the eigenvectors of their products, each at length 1 (Stathopoulos & Wu
  /// 2002, SIAM J. Sci. Comput. 23, 2165).
  private static func orthonormal(_ block: DoubleMatrix) -> DoubleMatrix {
    let products = block.timesTranspose(block)
    let lengths = (0..<block.rows).map { products[$0, $0].squareRoot() }
    let long = lengths.indices.filter { lengths[$0] > leastLength }
    var cosines = DoubleMatrix(rows: long.count, columns: long.count)
    for (row, left) in long.enumerated() {
      for (column, right) in long.enumerated() {
        cosines[row, column] = products[left, right] / (lengths[left] * lengths[right])
      }
    }
    guard let eigen = try? SymmetricEigen(cosines) else { preconditionFailure("finite vectors") }
    let new = eigen.values.indices.filter { eigen.values[$0] > leastShare }
    var factors = DoubleMatrix(rows: new.count, columns: block.rows)
    for row in new {
      for (place, vector) in long.enumerated() {
        factors[row, vector] = eigen.vectors[place, row] / (eigen.values[row].squareRoot() * lengths[vector])
      }
    }
    return factors.times(block)
  }
}

extension DoubleMatrix {
  fileprivate func minus(_ other: DoubleMatrix) -> DoubleMatrix {
    var difference = self
    for place in values.indices { difference.values[place] -= other.values[place] }
    return difference
  }
}

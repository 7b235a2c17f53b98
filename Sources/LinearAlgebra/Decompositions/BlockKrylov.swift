import Basics

/// The search for the largest singular values of a matrix of which only products are to be had, in the space that
/// products of random vectors with A and Aᵀ in turn span: block Lanczos with full orthogonalization (Golub, Luk and
/// Overton 1981, ACM Trans. Math. Softw. 7, 149–169; Musco and Musco 2015, arXiv 1504.05477).
///
/// The space grows by a block of vectors at a time until ‖Aᵀ u − σ v‖ ≤ tolerance · σ₁ for all triples, or until it is
/// the whole space. Of a flat spectrum that takes most of it; of one that falls, a few times the number of triples.
struct BlockKrylov {
  private let multiply: (DoubleMatrix) -> DoubleMatrix
  private let multiplyTransposed: (DoubleMatrix) -> DoubleMatrix
  private let columns: Int
  private var random: RandomStream
  /// Orthonormal rows v of the space, what A makes of them, and what Aᵀ makes of that.
  private var basis: DoubleMatrix
  private var images: DoubleMatrix
  private var returned: DoubleMatrix

  init(
    rows: Int, columns: Int, seed: UInt64, multiply: @escaping (DoubleMatrix) -> DoubleMatrix,
    multiplyTransposed: @escaping (DoubleMatrix) -> DoubleMatrix
  ) {
    self.multiply = multiply
    self.multiplyTransposed = multiplyTransposed
    self.columns = columns
    random = RandomStream(seed: seed, stream: .krylovStart, index: 0)
    basis = DoubleMatrix(rows: 0, columns: columns)
    images = DoubleMatrix(rows: 0, columns: rows)
    returned = DoubleMatrix(rows: 0, columns: columns)
  }

  /// Vectors that are added at a time where so many triples are wanted: few, because a space of the same size then
  /// holds more powers of A, but enough that products are not those of single vectors.
  private static func blockSize(_ leading: Int) -> Int { min(16, max(8, leading / 3)) }

  /// The vectors that the space has in the end where so many triples are wanted, about, for who has to choose.
  static func expectedVectors(_ leading: Int, columns: Int) -> Int { min(columns, 6 * leading + 8) }

  mutating func triples(_ leading: Int, tolerance: Double) throws -> SingularTriples {
    let size = BlockKrylov.blockSize(leading)
    var next = random.normals(rows: min(size, columns), columns: columns)
    while true {
      try grow(next)
      guard basis.rows >= min(leading + size, columns) else {
        next = latest(size)
        continue
      }
      let found = try ritz(leading)
      // All is zero, or near enough, or there is no more space.
      if found.error.isNaN || found.error <= tolerance || basis.rows == columns { return found }
      next = latest(size)
    }
  }

  /// What came back from the block that was added last; rows to begin the next block with.
  private func latest(_ size: Int) -> DoubleMatrix {
    returned[rows: max(0, returned.rows - size)..<returned.rows][
      rows: 0..<min(size, returned.rows, columns - basis.rows)]
  }

  // MARK: The space

  /// Adds what of some rows is new.
  private mutating func grow(_ rows: DoubleMatrix) throws {
    var block = rows
    let scale = lengths(rows).max() ?? 0
    block = apart(block)
    // Where products lead nowhere new, as with a matrix of low rank, random vectors do.
    let lost = lengths(block).enumerated().filter { $0.element <= 1e-10 * scale || scale == 0 }.map(\.offset)
    for row in lost {
      let fresh = random.normals(rows: 1, columns: columns)
      for column in 0..<columns { block[row, column] = fresh[0, column] }
    }
    // Twice is enough (Giraud and others 2005, Numer. Math. 101, 87–100).
    for _ in 0..<2 { block = try apart(block).orthonormalRows() }
    let image = multiply(block)
    basis = basis.followed(by: block)
    images = images.followed(by: image)
    returned = returned.followed(by: multiplyTransposed(image))
  }

  /// Rows less what of them is in the space.
  private func apart(_ rows: DoubleMatrix) -> DoubleMatrix {
    guard basis.rows > 0 else { return rows }
    var rest = rows
    let inside = rows.timesTranspose(basis).times(basis)
    for place in rest.values.indices { rest.values[place] -= inside.values[place] }
    return rest
  }

  private func lengths(_ rows: DoubleMatrix) -> [Double] {
    (0..<rows.rows).map { rows[row: $0].reduce(0) { $0 + $1 * $1 }.squareRoot() }
  }

  // MARK: The triples

  /// The triples of A on the space.
  private func ritz(_ leading: Int) throws -> SingularTriples {
    let eigen = try SymmetricEigen(images.timesTranspose(images), leading: leading)
    let weights = eigen.vectors
    return try SingularTriples(
      right: try weights.transposeTimes(basis).orthonormalRows(), images: weights.transposeTimes(images)
    ) { _ in
      // A left vector is a sum of images over its value, and so is what Aᵀ makes of it.
      var pulled = weights.transposeTimes(returned)
      for row in 0..<pulled.rows {
        let value = eigen.values[row] > 0 ? eigen.values[row].squareRoot() : 1
        for column in 0..<columns { pulled[row, column] /= value }
      }
      return pulled
    }
  }
}

extension SingularTriples {
  /// The `leading` largest ones of a matrix `[rows, columns]` of which only products are to be had: `multiply` gives A
  /// v for each row v, `multiplyTransposed` Aᵀ u for each row u.
  ///
  /// `error` is at most `tolerance`, unless products are less exact than that. A space of m vectors takes m products of
  /// either kind and about 6 · m² · (rows + columns) operations; m is a few times `leading`, and `columns` at most.
  public init(
    rows: Int, columns: Int, leading: Int, tolerance: Double, seed: UInt64,
    multiply: @escaping (DoubleMatrix) -> DoubleMatrix, multiplyTransposed: @escaping (DoubleMatrix) -> DoubleMatrix
  ) throws {
    precondition(leading > 0 && leading <= min(rows, columns), "some of the singular values")
    var search = BlockKrylov(
      rows: rows, columns: columns, seed: seed, multiply: multiply, multiplyTransposed: multiplyTransposed)
    self = try search.triples(leading, tolerance: tolerance)
  }

  /// The products of either kind that a search for so many of the largest takes, about.
  public static func expectedProducts(_ leading: Int, columns: Int) -> Int {
    BlockKrylov.expectedVectors(leading, columns: columns)
  }
}

extension StreamName {
  /// The vectors with which a search for singular values begins.
  static let krylovStart: StreamName = "kryl"
}

extension DoubleMatrix {
  /// The rows of this matrix and those of another one behind them.
  func followed(by other: DoubleMatrix) -> DoubleMatrix {
    precondition(columns == other.columns, "rows of one length")
    return DoubleMatrix(rows: rows + other.rows, columns: columns, values: values + other.values)
  }
}

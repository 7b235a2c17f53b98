import CBLAS

/// A row-major float64 matrix, a value: for decompositions and statistics, where rounding counts and sizes are
/// moderate.
public struct DoubleMatrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements, row-major, `[rows, columns]`.
  public var values: [Double]

  /// A matrix of equal elements.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
    self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// Takes the elements, row-major; a precondition checks their number.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "\(rows) × \(columns) values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// With these values on the diagonal and zeros elsewhere.
  public init(diagonal: [Double]) {
    self.init(rows: diagonal.count, columns: diagonal.count)
    for (place, value) in diagonal.enumerated() { self[place, place] = value }
  }

  /// One element.
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row, `[columns]`, without a copy.
  public subscript(row row: Int) -> ArraySlice<Double> { values[row * columns..<(row + 1) * columns] }

  /// A copy of one column, `[rows]`.
  public subscript(column column: Int) -> [Double] { (0..<rows).map { self[$0, column] } }

  /// Some rows, in the order given.
  public subscript(rows chosen: some Collection<Int>) -> DoubleMatrix {
    DoubleMatrix(rows: chosen.count, columns: columns, values: chosen.flatMap { self[row: $0] })
  }

  /// Some columns, in the order given.
  public subscript(columns chosen: some Collection<Int>) -> DoubleMatrix {
    DoubleMatrix(
      rows: rows, columns: chosen.count, values: (0..<rows).flatMap { row in chosen.map { self[row, $0] } })
  }

  /// A copy with rows and columns exchanged.
  public var transposed: DoubleMatrix {
    var result = DoubleMatrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result.values[column * rows + row] = values[row * columns + column] }
    }
    return result
  }

  // MARK: Products

  /// self · other, 2 · rows · inner · columns operations in one call of BLAS.
  public func times(_ other: DoubleMatrix) -> DoubleMatrix {
    precondition(columns == other.rows, "\(rows) × \(columns) times \(other.rows) × \(other.columns)")
    return DoubleMatrix.product(self, CblasNoTrans, other, CblasNoTrans, rows, other.columns, columns)
  }

  /// selfᵀ · other
  public func transposeTimes(_ other: DoubleMatrix) -> DoubleMatrix {
    precondition(rows == other.rows, "(\(rows) × \(columns))ᵀ times \(other.rows) × \(other.columns)")
    return DoubleMatrix.product(self, CblasTrans, other, CblasNoTrans, columns, other.columns, rows)
  }

  /// selfᵀ · self, both triangles, at half the operations of `transposeTimes`.
  public var gram: DoubleMatrix {
    var result = DoubleMatrix(rows: columns, columns: columns)
    guard rows > 0, columns > 0 else { return result }
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, blasint(columns), blasint(rows), 1, values, blasint(columns), 0,
      &result.values, blasint(columns))
    for row in 0..<columns {
      for column in 0..<row { result.values[row * columns + column] = result.values[column * columns + row] }
    }
    return result
  }

  /// self · otherᵀ
  public func timesTranspose(_ other: DoubleMatrix) -> DoubleMatrix {
    precondition(columns == other.columns, "\(rows) × \(columns) times (\(other.rows) × \(other.columns))ᵀ")
    return DoubleMatrix.product(self, CblasNoTrans, other, CblasTrans, rows, other.rows, columns)
  }

  private static func product(
    _ left: DoubleMatrix, _ leftForm: CBLAS_TRANSPOSE, _ right: DoubleMatrix, _ rightForm: CBLAS_TRANSPOSE,
    _ rows: Int, _ columns: Int, _ inner: Int
  ) -> DoubleMatrix {
    var result = DoubleMatrix(rows: rows, columns: columns)
    guard rows > 0, columns > 0, inner > 0 else { return result }
    cblas_dgemm(
      CblasRowMajor, leftForm, rightForm, blasint(rows), blasint(columns), blasint(inner), 1, left.values,
      blasint(left.columns), right.values, blasint(right.columns), 0, &result.values, blasint(columns))
    return result
  }
}

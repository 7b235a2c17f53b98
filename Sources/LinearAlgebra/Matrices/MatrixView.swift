/// A borrowed row-major float32 matrix, read only: `rows` × `columns`, rows `stride` elements apart.
public struct MatrixView {
  /// The first number.
  public let base: UnsafePointer<Float>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance of two rows, in numbers.
  public let stride: Int
  /// Keeps the memory alive; nil where the caller does.
  private let owner: Matrix?

  /// Makes a view of numbers `[rows, columns]` from `base` on; they must outlive it, as those of `owner` do.
  public init(base: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int, owner: Matrix? = nil) {
    precondition(rows >= 0 && columns >= 0 && stride >= columns, "a view's rows do not overlap")
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.owner = owner
  }

  /// The number in a row and a column; neither is checked.
  public subscript(row: Int, column: Int) -> Float { base[row * stride + column] }

  /// Returns where a row begins; `columns` numbers may be used there.
  public func row(_ row: Int) -> UnsafePointer<Float> {
    precondition(row >= 0 && row < rows, "the row lies in the view")
    return base + row * stride
  }

  /// The view of some of the rows, of the same memory.
  public subscript(rows range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "the rows lie in the view")
    return MatrixView(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride, owner: owner)
  }

  /// The view of some of the columns, of the same memory.
  public subscript(columns range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "the columns lie in the view")
    return MatrixView(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride, owner: owner)
  }
}

/// A borrowed row-major float32 matrix that may be written.
public struct MutableMatrixView {
  /// The first number.
  public let base: UnsafeMutablePointer<Float>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance of two rows, in numbers.
  public let stride: Int
  /// Keeps the memory alive; nil where the caller does.
  private let owner: Matrix?

  /// Makes a view of numbers `[rows, columns]` from `base` on; they must outlive it, as those of `owner` do.
  public init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int, owner: Matrix? = nil) {
    precondition(rows >= 0 && columns >= 0 && stride >= columns, "a view's rows do not overlap")
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.owner = owner
  }

  /// The same elements, read only.
  public var reading: MatrixView {
    MatrixView(base: base, rows: rows, columns: columns, stride: stride, owner: owner)
  }

  /// The number in a row and a column; neither is checked.
  public subscript(row: Int, column: Int) -> Float {
    get { base[row * stride + column] }
    nonmutating set { base[row * stride + column] = newValue }
  }

  /// Returns where a row begins; `columns` numbers may be used there.
  public func row(_ row: Int) -> UnsafeMutablePointer<Float> {
    precondition(row >= 0 && row < rows, "the row lies in the view")
    return base + row * stride
  }

  /// The view of some of the rows, of the same memory.
  public subscript(rows range: Range<Int>) -> MutableMatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "the rows lie in the view")
    return MutableMatrixView(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride, owner: owner)
  }

  /// The view of some of the columns, of the same memory.
  public subscript(columns range: Range<Int>) -> MutableMatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "the columns lie in the view")
    return MutableMatrixView(
      base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride, owner: owner)
  }

  /// Copies `source`, of the same shape and not overlapping.
  public func copy(_ source: MatrixView) {
    precondition(source.rows == rows && source.columns == columns, "a copy has the shape of its source")
    if source.stride == columns && stride == columns {
      base.update(from: source.base, count: rows * columns)
    } else {
      for row in 0..<rows { self.row(row).update(from: source.row(row), count: columns) }
    }
  }
}

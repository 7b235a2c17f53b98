import Basics

/// A borrowed matrix of weights `[out, in]` in the number format of its file, rows `stride` elements apart, or columns
/// where it is transposed.
///
/// It may begin at any byte, and with any weight of a block. The caller keeps the memory alive.
public struct WeightView {
  /// The first byte of the first weight, or of the block that it is in.
  public let base: UnsafeRawPointer
  /// The number format of the weights.
  public let format: NumberFormat
  /// The number of outputs.
  public let rows: Int
  /// The number of inputs.
  public let columns: Int
  /// Elements from the start of one row to that of the next; from column to column where the view is transposed.
  public let stride: Int
  /// Weights of the first block before the first one of the view, the same in every row; 0 of plain numbers.
  let skipped: Int
  /// Whether it is the columns of the view that lie in one piece, not its rows.
  public let isTransposed: Bool

  /// Borrows `rows` × `columns` weights, each row from the start of a block on; the caller keeps the memory alive.
  public init(base: UnsafeRawPointer, format: NumberFormat, rows: Int, columns: Int, stride: Int) {
    self.init(
      base: base, format: format, rows: rows, columns: columns, stride: stride, skipped: 0, isTransposed: false)
  }

  private init(
    base: UnsafeRawPointer, format: NumberFormat, rows: Int, columns: Int, stride: Int, skipped: Int,
    isTransposed: Bool
  ) {
    precondition(
      rows >= 0 && columns >= 0 && stride >= skipped + (isTransposed ? rows : columns), "a view's rows do not overlap")
    precondition(stride.isMultiple(of: format.elementsPerBlock), "rows are whole blocks")
    self.base = base
    self.format = format
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.skipped = skipped
    self.isTransposed = isTransposed
  }

  /// Takes a float32 matrix as weights.
  public init(_ matrix: MatrixView) {
    self.init(
      base: UnsafeRawPointer(matrix.base), format: .float32, rows: matrix.rows, columns: matrix.columns,
      stride: matrix.stride)
  }

  /// Some of the columns, in the same memory.
  public subscript(columns range: Range<Int>) -> WeightView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "the columns lie in the view")
    let first = isTransposed ? range.lowerBound * stride : skipped + range.lowerBound
    let skipped = isTransposed ? skipped : first % format.elementsPerBlock
    return WeightView(
      base: base + format.byteCount(of: isTransposed ? first : first - skipped), format: format, rows: rows,
      columns: range.count, stride: stride, skipped: skipped, isTransposed: isTransposed)
  }

  /// The same weights with rows and columns exchanged, `[in, out]`, in the same memory: a gradient of outputs times
  /// these is the gradient of inputs.
  public var transposed: WeightView {
    WeightView(
      base: base, format: format, rows: columns, columns: rows, stride: stride, skipped: skipped,
      isTransposed: !isTransposed)
  }
}

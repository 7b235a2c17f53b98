import Basics
import CKernels

/// A borrowed matrix of weights `[out, in]` in the number format of its file, rows `stride` elements apart.
///
/// It may begin at any byte. The caller keeps the memory alive.
public struct WeightView {
  /// The first byte of the first weight.
  public let base: UnsafeRawPointer
  /// The number format of the weights.
  public let format: NumberFormat
  /// The number of outputs.
  public let rows: Int
  /// The number of inputs.
  public let columns: Int
  /// Elements from the start of one row to that of the next.
  public let stride: Int

  /// Borrows `rows` × `columns` weights; the caller keeps the memory alive.
  public init(base: UnsafeRawPointer, format: NumberFormat, rows: Int, columns: Int, stride: Int) {
    precondition(rows >= 0 && columns >= 0 && stride >= columns, "a view's rows do not overlap")
    self.base = base
    self.format = format
    self.rows = rows
    self.columns = columns
    self.stride = stride
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
    return WeightView(
      base: base + range.lowerBound * format.byteCount, format: format, rows: rows, columns: range.count,
      stride: stride)
  }
}

extension NumberFormat {
  /// The format's name in the kernels.
  var code: locus_weight_format {
    switch self {
    case .float32: LOCUS_FLOAT32
    case .bfloat16: LOCUS_BFLOAT16
    case .float16: LOCUS_FLOAT16
    }
  }
}

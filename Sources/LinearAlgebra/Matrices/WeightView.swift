import CKernels

/// A borrowed matrix of weights `[out, in]` in the number format of its file, rows `stride` elements apart.
///
/// It may begin at any byte. The caller keeps the memory alive.
public struct WeightView {
  /// Formats that widen to float32 exactly.
  public enum Format: Sendable {
    case float32, bfloat16, float16

    /// Bytes of one element.
    public var byteCount: Int { self == .float32 ? 4 : 2 }

    var code: locus_weight_format {
      switch self {
      case .float32: LOCUS_FLOAT32
      case .bfloat16: LOCUS_BFLOAT16
      case .float16: LOCUS_FLOAT16
      }
    }
  }

  /// The first weight.
  public let base: UnsafeRawPointer
  /// How the weights are stored.
  public let format: Format
  /// The outputs of the matrix.
  public let rows: Int
  /// The inputs of the matrix.
  public let columns: Int
  /// The distance of two rows, in weights.
  public let stride: Int

  /// Makes a view of weights `[rows, columns]` from `base` on, which must outlive it.
  public init(base: UnsafeRawPointer, format: Format, rows: Int, columns: Int, stride: Int) {
    precondition(rows >= 0 && columns >= 0 && stride >= columns, "a view's rows do not overlap")
    self.base = base
    self.format = format
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Makes a view of a matrix of float32 numbers, which must outlive it.
  public init(_ matrix: MatrixView) {
    self.init(
      base: UnsafeRawPointer(matrix.base), format: .float32, rows: matrix.rows, columns: matrix.columns,
      stride: matrix.stride)
  }

  /// The view of some of the columns, of the same memory.
  public subscript(columns range: Range<Int>) -> WeightView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "the columns lie in the view")
    return WeightView(
      base: base + range.lowerBound * format.byteCount, format: format, rows: rows, columns: range.count,
      stride: stride)
  }
}

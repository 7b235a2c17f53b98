/// A row-major float32 matrix that owns its memory, aligned to 64 bytes and zero at first.
///
/// A reference type on purpose: panels of activations are large, live long and are written in place.
public final class Matrix {
  public let rows: Int
  public let columns: Int
  private let storage: UnsafeMutableBufferPointer<Float>

  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
    self.rows = rows
    self.columns = columns
    let count = max(rows * columns, 1)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
    let base = raw.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0, count: count)
    storage = UnsafeMutableBufferPointer(start: base, count: count)
  }

  deinit { storage.deallocate() }

  // MARK: Views

  /// The whole matrix, to be written. Keeps this matrix alive, but a pointer taken out of it does not.
  public var view: MutableMatrixView {
    guard let base = storage.baseAddress else { preconditionFailure("storage is never empty") }
    return MutableMatrixView(base: base, rows: rows, columns: columns, stride: columns, owner: self)
  }

  /// Some rows of it, to be written.
  public subscript(rows range: Range<Int>) -> MutableMatrixView { view[rows: range] }
}

import Foundation

/// A row-major float32 matrix in memory of its own, aligned to 64 bytes and zero at first, or in somebody else's.
///
/// A reference type on purpose: panels of activations are large, live long and are written in place.
public final class Matrix {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  private static let largePage = 2 << 20

  private let storage: UnsafeMutableBufferPointer<Float>
  /// Whose memory it is; nil: the matrix's own.
  private let owner: AnyObject?

  /// Makes a matrix `[rows, columns]`.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
    self.rows = rows
    self.columns = columns
    let count = max(rows * columns, 1)
    let byteCount = count * MemoryLayout<Float>.stride
    let isLarge = byteCount >= 2 * Matrix.largePage
    let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isLarge ? Matrix.largePage : 64)
    // Advice: with small pages, looking addresses up takes a part of the time of products.
    #if os(Linux)
      if isLarge { _ = madvise(raw, byteCount, MADV_HUGEPAGE) }
    #endif
    let base = raw.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0, count: count)
    storage = UnsafeMutableBufferPointer(start: base, count: count)
    owner = nil
  }

  /// The `rows` × `columns` numbers at `memory` as they are; keeps the memory's owner alive and frees nothing.
  public init(rows: Int, columns: Int, memory: UnsafeMutablePointer<Float>, owner: AnyObject) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative side")
    self.rows = rows
    self.columns = columns
    storage = UnsafeMutableBufferPointer(start: memory, count: rows * columns)
    self.owner = owner
  }

  deinit {
    if owner == nil { storage.deallocate() }
  }

  /// Bytes of a matrix, rounded up so that the next one behind it is aligned to 64 bytes as well.
  public static func byteCount(rows: Int, columns: Int) -> Int {
    (rows * columns * MemoryLayout<Float>.stride + 63) / 64 * 64
  }

  // MARK: Views

  /// The whole matrix, to be written. Keeps this matrix alive, but a pointer taken out of it does not.
  public var view: MutableMatrixView {
    guard let base = storage.baseAddress else { preconditionFailure("storage is never empty") }
    return MutableMatrixView(base: base, rows: rows, columns: columns, stride: columns, owner: self)
  }

  /// Some rows of it, to be written.
  public subscript(rows range: Range<Int>) -> MutableMatrixView { view[rows: range] }
}

import CKernels
import LinearAlgebra

/// Rotated keys and values of many sequences, a row a position, at some layers.
///
/// Which rows a sequence has is for its runs to say. Memory: 2 · kept layers · rows · keyValueWidth floats.
public final class KeyValueStore {
  /// The number of positions that the store has room for, of all sequences together.
  public let rows: Int
  private let layers: Range<Int>
  /// Whether every layer has rows of its own; otherwise each layer overwrites the one before.
  private let isKept: Bool
  private let keyMatrix: Matrix
  private let valueMatrix: Matrix

  /// Room for `rows` positions at each of `layers`, or at one layer at a time where they are not `kept`.
  public init(shape: HostShape, rows: Int, layers: Range<Int>, kept: Bool = true) {
    self.rows = rows
    self.layers = layers
    isKept = kept
    let count = rows * (kept ? layers.count : 1)
    keyMatrix = Matrix(rows: count, columns: shape.width(of: .key))
    valueMatrix = Matrix(rows: count, columns: shape.width(of: .key))
  }

  /// Room for `rows` positions at every layer of a model.
  public convenience init(shape: HostShape, rows: Int) {
    self.init(shape: shape, rows: rows, layers: 0..<shape.layerCount)
  }

  /// A store of every layer of a model in memory as `copy(to:)` leaves it, which `owner` keeps.
  public init(shape: HostShape, rows: Int, memory: UnsafeMutableRawPointer, owner: AnyObject) {
    self.rows = rows
    layers = 0..<shape.layerCount
    isKept = true
    let (count, columns) = (rows * shape.layerCount, shape.width(of: .key))
    func matrix(_ memory: UnsafeMutableRawPointer) -> Matrix {
      Matrix(
        rows: count, columns: columns, memory: memory.bindMemory(to: Float.self, capacity: count * columns),
        owner: owner)
    }
    keyMatrix = matrix(memory)
    valueMatrix = matrix(memory + Matrix.byteCount(rows: count, columns: columns))
  }

  /// Bytes that `copy(to:)` writes, at most, for a store of every layer.
  public static func byteCount(shape: HostShape, rows: Int) -> Int {
    2 * Matrix.byteCount(rows: rows * shape.layerCount, columns: shape.width(of: .key))
  }

  /// Copies all keys and then all values to memory aligned to 64 bytes.
  public func copy(to memory: UnsafeMutableRawPointer) {
    let offset = Matrix.byteCount(rows: keyMatrix.rows, columns: keyMatrix.columns)
    for (matrix, start) in [(keyMatrix, memory), (valueMatrix, memory + offset)] {
      start.copyMemory(
        from: matrix.view.base, byteCount: matrix.rows * matrix.columns * MemoryLayout<Float>.stride)
    }
  }

  /// Bytes of one position at so many layers.
  public static func bytesPerRow(shape: HostShape, layerCount: Int) -> Int {
    2 * layerCount * shape.width(of: .key) * MemoryLayout<Float>.stride
  }

  /// The keys of some rows at a layer, `[rows, keyValueWidth]`.
  public func keys(layer: Int, rows: Range<Int>) -> MatrixView { slice(keyMatrix, layer: layer, rows).reading }

  /// The values of some rows at a layer, `[rows, keyValueWidth]`.
  public func values(layer: Int, rows: Range<Int>) -> MatrixView { slice(valueMatrix, layer: layer, rows).reading }

  /// Copies keys and values `[n, keyValueWidth]` to the rows from `row` on.
  public func store(key: MatrixView, value: MatrixView, layer: Int, from row: Int) {
    slice(keyMatrix, layer: layer, row..<row + key.rows).copy(key)
    slice(valueMatrix, layer: layer, row..<row + value.rows).copy(value)
  }

  /// Asks for keys and values to be brought near; returns at once.
  func prefetch(layer: Int, rows: Range<Int>) {
    for view in [keys(layer: layer, rows: rows), values(layer: layer, rows: rows)] {
      locus_prefetch(view.base, view.rows * view.columns)
    }
  }

  private func slice(_ matrix: Matrix, layer: Int, _ range: Range<Int>) -> MutableMatrixView {
    precondition(range.upperBound <= rows && layers.contains(layer), "rows and a layer of the store")
    let start = isKept ? (layer - layers.lowerBound) * rows : 0
    return matrix[rows: start + range.lowerBound..<start + range.upperBound]
  }
}

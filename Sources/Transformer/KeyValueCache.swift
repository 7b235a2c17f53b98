import LinearAlgebra

/// Rotated keys and values of one sequence at every layer.
///
/// Memory: 2 · layers · capacity · keyValueWidth floats.
public final class KeyValueCache {
  public let capacity: Int
  private let keyMatrix: Matrix
  private let valueMatrix: Matrix

  public init(configuration: LlamaConfiguration, capacity: Int) {
    self.capacity = capacity
    let rows = configuration.layerCount * capacity
    keyMatrix = Matrix(rows: rows, columns: configuration.keyValueWidth)
    valueMatrix = Matrix(rows: rows, columns: configuration.keyValueWidth)
  }

  /// Bytes of a cache.
  public static func bytes(configuration: LlamaConfiguration, capacity: Int) -> Int {
    2 * configuration.layerCount * capacity * configuration.keyValueWidth * MemoryLayout<Float>.stride
  }

  /// The keys of the first `count` positions, `[count, keyValueWidth]`.
  public func keys(layer: Int, count: Int) -> MatrixView { slice(keyMatrix, layer: layer, 0..<count).reading }

  /// The values of the first `count` positions, `[count, keyValueWidth]`.
  public func values(layer: Int, count: Int) -> MatrixView { slice(valueMatrix, layer: layer, 0..<count).reading }

  /// Copies keys and values `[n, keyValueWidth]` to the positions from `position` on.
  public func store(key: MatrixView, value: MatrixView, layer: Int, from position: Int) {
    slice(keyMatrix, layer: layer, position..<position + key.rows).copy(key)
    slice(valueMatrix, layer: layer, position..<position + value.rows).copy(value)
  }

  private func slice(_ matrix: Matrix, layer: Int, _ positions: Range<Int>) -> MutableMatrixView {
    precondition(positions.upperBound <= capacity, "the cache has room for the position")
    return matrix[rows: layer * capacity + positions.lowerBound..<layer * capacity + positions.upperBound]
  }
}

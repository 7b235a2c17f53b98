import LinearAlgebra

/// The activations of many tokens at one layer.
///
/// Memory: (2 hidden + 2 query + 2 key-value + 2 intermediate widths) × rows floats.
public final class Panel {
  public let capacity: Int
  /// The residual stream, `[rows, hidden]`, and what a norm makes of it.
  public let residual: Matrix
  public let normed: Matrix
  /// `[rows, heads · headSize]`.
  public let query: Matrix
  public let attended: Matrix
  /// `[rows, keyValueHeads · headSize]`.
  public let key: Matrix
  public let value: Matrix
  /// `[rows, intermediate]`; `gate` holds silu(gate) · up after the activation.
  public let gate: Matrix
  public let up: Matrix

  public init(configuration: LlamaConfiguration, capacity: Int) {
    self.capacity = capacity
    residual = Matrix(rows: capacity, columns: configuration.hiddenSize)
    normed = Matrix(rows: capacity, columns: configuration.hiddenSize)
    query = Matrix(rows: capacity, columns: configuration.queryWidth)
    attended = Matrix(rows: capacity, columns: configuration.queryWidth)
    key = Matrix(rows: capacity, columns: configuration.keyValueWidth)
    value = Matrix(rows: capacity, columns: configuration.keyValueWidth)
    gate = Matrix(rows: capacity, columns: configuration.intermediateSize)
    up = Matrix(rows: capacity, columns: configuration.intermediateSize)
  }

  /// Bytes of one row.
  public static func bytesPerRow(configuration: LlamaConfiguration) -> Int {
    let widths =
      configuration.hiddenSize + configuration.queryWidth + configuration.keyValueWidth
      + configuration.intermediateSize
    return 2 * widths * MemoryLayout<Float>.stride
  }
}

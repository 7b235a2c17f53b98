import LinearAlgebra

/// The activations of many tokens at one layer.
///
/// Memory: (2 hidden + 2 query + 2 key-value + 2 intermediate widths) × rows floats.
public final class Panel {
  /// Rows that it has room for.
  public let capacity: Int
  /// The residual stream, `[rows, hidden]`, and what a norm makes of it.
  public let residual: Matrix
  /// What a norm makes of the residual stream, `[rows, hidden]`.
  public let normed: Matrix
  /// Queries of all heads, `[rows, heads · headSize]`.
  public let query: Matrix
  /// What attention makes of the values, `[rows, heads · headSize]`.
  public let attended: Matrix
  /// Keys of all heads, `[rows, keyValueHeads · headSize]`.
  public let key: Matrix
  /// Values of all heads, `[rows, keyValueHeads · headSize]`.
  public let value: Matrix
  /// The gate, `[rows, intermediate]`; after the activation it holds silu(gate) · up.
  public let gate: Matrix
  /// The other input of the activation, `[rows, intermediate]`.
  public let up: Matrix

  /// A panel of `capacity` rows for a model of these sizes.
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

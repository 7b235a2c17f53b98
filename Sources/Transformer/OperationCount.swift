/// Floating-point operations that a decoder has done, a multiplication and an addition counting two.
public final class OperationCount {
  /// Matrix products of the blocks.
  public private(set) var blocks = 0.0
  /// Scores and weighted sums of attention.
  public private(set) var attention = 0.0
  /// The language-model head.
  public private(set) var head = 0.0
  /// Corrections of mutated matrices.
  public private(set) var corrections = 0.0

  public var total: Double { blocks + attention + head + corrections }

  /// A product of `rows` rows with a matrix, or a part of one, in a block.
  public func addProduct(rows: Int, outputs: Int, inputs: Int) {
    blocks += OperationCount.product(rows, outputs, inputs)
  }

  public func addHead(rows: Int, outputs: Int, inputs: Int) { head += OperationCount.product(rows, outputs, inputs) }

  public func addCorrection(rows: Int, outputs: Int, inputs: Int) {
    corrections += OperationCount.product(rows, outputs, inputs)
  }

  /// Queries at positions `queries`, `width` components each, that see all keys up to their own within the window.
  func addAttention(queries: Range<Int>, width: Int, window: Int?) {
    attention += OperationCount.attention(queries: queries, width: width, window: window)
  }

  // MARK: Formulas

  public static func product(_ rows: Int, _ outputs: Int, _ inputs: Int) -> Double {
    2 * Double(rows) * Double(outputs) * Double(inputs)
  }

  /// Four operations for each key that a query sees and each component of the query.
  public static func attention(queries: Range<Int>, width: Int, window: Int?) -> Double {
    let window = window ?? Int.max
    return queries.reduce(0) { $0 + 4 * Double(width) * Double(min($1 + 1, window)) }
  }
}

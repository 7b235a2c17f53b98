/// Floating-point operations that a decoder has done, a multiplication and an addition counting two.
public final class OperationCount {
  /// Matrix products of the blocks.
  public private(set) var blocks = 0.0
  /// Scores and weighted sums of attention.
  public private(set) var attention = 0.0
  /// The language-model head.
  public private(set) var head = 0.0

  public var total: Double { blocks + attention + head }

  func addProduct(rows: Int, _ projection: Projection) {
    blocks += 2 * Double(rows) * Double(projection.rows) * Double(projection.columns)
  }

  func addHead(rows: Int, _ projection: Projection) {
    head += 2 * Double(rows) * Double(projection.rows) * Double(projection.columns)
  }

  /// Queries at positions `queries`, each seeing all keys up to its own within the window.
  func addAttention(queries: Range<Int>, configuration: LlamaConfiguration) {
    attention += OperationCount.attention(queries: queries, configuration: configuration)
  }

  /// Four operations for each key that a query sees and each component of the query.
  public static func attention(queries: Range<Int>, configuration: LlamaConfiguration) -> Double {
    let window = configuration.slidingWindow ?? Int.max
    return queries.reduce(0) { $0 + 4 * Double(configuration.queryWidth) * Double(min($1 + 1, window)) }
  }
}

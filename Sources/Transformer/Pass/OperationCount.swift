/// Floating-point operations by what they are for, a multiplication and an addition counting two.
public struct Operations: Equatable, Sendable {
  /// Operations of the matrix products of the blocks; a multiplication and an addition count as two.
  public var blocks = 0.0
  /// Operations of the scores and weighted sums of attention.
  public var attention = 0.0
  /// The language-model head; of a quantized one only the logits that are computed in full, not the products of bytes.
  public var head = 0.0
  /// Operations of the corrections of mutated matrices.
  public var corrections = 0.0

  /// All operations together.
  public var total: Double { blocks + attention + head + corrections }

  /// No operations.
  public init() {}

  /// Adds part by part.
  public static func + (one: Operations, other: Operations) -> Operations {
    var sum = one
    sum.blocks += other.blocks
    sum.attention += other.attention
    sum.head += other.head
    sum.corrections += other.corrections
    return sum
  }

  /// Subtracts part by part.
  public static func - (one: Operations, other: Operations) -> Operations { one + other * -1 }

  /// Multiplies each part with a factor.
  public static func * (operations: Operations, factor: Double) -> Operations {
    var product = operations
    product.blocks *= factor
    product.attention *= factor
    product.head *= factor
    product.corrections *= factor
    return product
  }

  /// Adds part by part, in place.
  public static func += (sum: inout Operations, other: Operations) { sum = sum + other }

  // MARK: Formulas

  /// Operations of a product of `rows` rows with a matrix `[outputs, inputs]`.
  public static func product(rows: Int, outputs: Int, inputs: Int) -> Double {
    2 * Double(rows) * Double(outputs) * Double(inputs)
  }

  /// Queries at positions `queries`, `width` components each, that see all keys up to their own within the window, or
  /// each of them `seen` keys: four operations for each key and component.
  public static func attention(queries: Range<Int>, width: Int, window: Int?, seen: Int? = nil) -> Double {
    if let seen { return 4 * Double(width) * Double(seen) * Double(queries.count) }
    let window = window ?? Int.max
    return queries.reduce(0) { $0 + 4 * Double(width) * Double(min($1 + 1, window)) }
  }
}

/// What a decoder and its copies have done.
public final class OperationCount {
  /// The operations that were done so far.
  public private(set) var done = Operations()
  /// Processor seconds of attention in panels; nil: nobody asks.
  public var attentionSeconds: Double?

  /// A product of `rows` rows with a matrix, or with a part of one, in a block.
  public func addProduct(rows: Int, outputs: Int, inputs: Int) {
    done.blocks += Operations.product(rows: rows, outputs: outputs, inputs: inputs)
  }

  /// Counts a product of `rows` rows with the language-model head, or a part of it.
  public func addHead(rows: Int, outputs: Int, inputs: Int) {
    done.head += Operations.product(rows: rows, outputs: outputs, inputs: inputs)
  }

  /// Counts the correction of a mutation to a product.
  public func addCorrection(rows: Int, outputs: Int, inputs: Int) {
    done.corrections += Operations.product(rows: rows, outputs: outputs, inputs: inputs)
  }

  /// Counts operations of attention.
  func addAttention(_ operations: Double) { done.attention += operations }
}

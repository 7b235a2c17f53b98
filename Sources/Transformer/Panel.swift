import LinearAlgebra
import Weights

/// The rows of a panel: one for each position of each of its sequences, sequence after sequence.
///
/// The last layer is computed at the kept positions only, so a row set says which those are.
public struct RowSet {
  /// Position of each row in its sequence.
  public let positions: [Int32]
  /// Rows whose output is needed after the last layer, ascending.
  public let kept: [Int]
  /// Rows of each sequence among all rows, and among the kept ones.
  public let sequences: [Range<Int>]
  public let keptSequences: [Range<Int>]

  public let keptPositions: [Int32]

  public var count: Int { positions.count }

  /// `copies` sequences of positions 0 ..< `length`, of which `firstKept` ..< `length` are kept.
  public init(length: Int, firstKept: Int, copies: Int) {
    precondition(length > 0 && firstKept >= 0 && firstKept < length && copies >= 0, "some position is kept")
    let keptLength = length - firstKept
    positions = (0..<copies).flatMap { _ in (0..<length).map { Int32($0) } }
    kept = (0..<copies).flatMap { copy in (firstKept..<length).map { copy * length + $0 } }
    sequences = (0..<copies).map { $0 * length..<($0 + 1) * length }
    keptSequences = (0..<copies).map { $0 * keptLength..<($0 + 1) * keptLength }
    keptPositions = (0..<copies).flatMap { _ in (firstKept..<length).map { Int32($0) } }
  }

  /// One row for each of several sequences, at its next position.
  init(positions: [Int]) {
    self.positions = positions.map { Int32($0) }
    kept = Array(positions.indices)
    sequences = positions.indices.map { $0..<$0 + 1 }
    keptSequences = sequences
    keptPositions = self.positions
  }
}

/// The activations of many tokens at one layer, and the scratch to go on to the next.
///
/// Memory: (5 hidden + 2 query + 2 key-value + 2 intermediate widths) × rows floats at most.
public final class Panel {
  public let capacity: Int
  /// The residual stream, `[rows, hidden]`.
  public let residual: Matrix
  let normed: Matrix
  /// `[rows, heads · headSize]` and `[rows, keyValueHeads · headSize]`.
  public let query: Matrix
  public let attended: Matrix
  /// Keys and values of each layer that `run` has passed; one shared pair where they need not be kept.
  public let keys: [Matrix]
  public let values: [Matrix]
  /// `[rows, intermediate]`; `gate` holds silu(gate) · up after the activation.
  public let gate: Matrix
  public let up: Matrix
  let strip: Matrix

  /// Room for `capacity` rows; keeps the keys and values of the layers `keeping`.
  public init(configuration: LlamaConfiguration, capacity: Int, keeping layers: Range<Int> = 0..<0) {
    self.capacity = capacity
    residual = Matrix(rows: capacity, columns: configuration.hiddenSize)
    normed = Matrix(rows: capacity, columns: configuration.hiddenSize)
    query = Matrix(rows: capacity, columns: configuration.queryWidth)
    attended = Matrix(rows: capacity, columns: configuration.queryWidth)
    gate = Matrix(rows: capacity, columns: configuration.intermediateSize)
    up = Matrix(rows: capacity, columns: configuration.intermediateSize)
    let shared = [0, 1].map { _ in Matrix(rows: capacity, columns: configuration.keyValueWidth) }
    let kept = { (part: Int) in
      (0..<configuration.layerCount).map { layer in
        layers.contains(layer) ? Matrix(rows: capacity, columns: configuration.keyValueWidth) : shared[part]
      }
    }
    keys = kept(0)
    values = kept(1)
    strip = Matrix(rows: 1, columns: Projection.stripCount(configuration: configuration))
  }
}

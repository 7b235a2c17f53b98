import LinearAlgebra
import Transformer

/// What rows have in the first block of a model, up to its hidden units: it is computed once for all edits of these.
final class FirstBlocks {
  /// The hidden units `[rows, width]` and the residual stream that they are to be added to, `[rows, hidden]`.
  struct Start {
    let hidden: Matrix
    let residual: Matrix
  }

  /// Rows that run together.
  private struct Group: Hashable {
    let tokens: [Int32]
    let lengths: [Int]
  }

  private let width: Int
  private let hiddenSize: Int
  private var left: Int
  private var known: [Group: Start] = [:]

  /// Room for so many tokens. Which ones are kept changes no result.
  init(_ shape: HostShape, capacity: Int) {
    width = shape.width(of: .gate)
    hiddenSize = shape.hiddenSize
    left = capacity
  }

  /// Bytes that a token takes.
  static func bytesPerRow(_ shape: HostShape) -> Int {
    (shape.width(of: .gate) + shape.hiddenSize) * MemoryLayout<Float>.stride
  }

  /// What some rows have, which `compute` writes the first time; nil where there is no room for it.
  func start(
    of tokens: [Int32], _ rows: RowSet,
    compute: (_ hidden: MutableMatrixView, _ residual: MutableMatrixView) -> Void
  ) -> Start? {
    let group = Group(tokens: tokens, lengths: rows.ranges.map(\.count))
    if let start = known[group] { return start }
    guard tokens.count <= left else { return nil }
    left -= tokens.count
    let start = Start(
      hidden: Matrix(rows: tokens.count, columns: width), residual: Matrix(rows: tokens.count, columns: hiddenSize))
    compute(start.hidden.view, start.residual.view)
    known[group] = start
    return start
  }
}

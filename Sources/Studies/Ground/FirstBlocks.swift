import LinearAlgebra
import Transformer

/// What rows have in the first block of a model, up to its hidden units: it is computed once for all edits of these,
/// and what the units that stay make of it once for consecutive edits of the same units.
final class FirstBlocks {
  /// The hidden units `[rows, width]` and the residual stream that they are to be added to, `[rows, hidden]`.
  final class Start {
    let hidden: Matrix
    private let residual: Matrix
    /// The residual stream with what the units of the last edit that stay make.
    private let sums: Matrix
    private var units: [Int32]?

    fileprivate init(tokens: Int, width: Int, hiddenSize: Int) {
      hidden = Matrix(rows: tokens, columns: width)
      residual = Matrix(rows: tokens, columns: hiddenSize)
      sums = Matrix(rows: tokens, columns: hiddenSize)
    }

    fileprivate func fill(_ compute: (_ hidden: MutableMatrixView, _ residual: MutableMatrixView) -> Void) {
      compute(hidden.view, residual.view)
    }

    /// Leaves the residual stream with what some units make in `target`; `add` adds that to it where the units are
    /// not those of the last time.
    func add(_ units: [Int32], to target: MutableMatrixView, add: () -> Void) {
      if units == self.units { return target.copy(sums.view.reading) }
      target.copy(residual.view.reading)
      add()
      sums.view.copy(target.reading)
      self.units = units
    }
  }

  private let width: Int
  private let hiddenSize: Int
  private var left: Int
  /// What is kept, by the prompts that run together.
  private var known: [[Prompt]: Start] = [:]

  /// Room for so many tokens. Which ones are kept changes no result.
  init(_ shape: HostShape, capacity: Int) {
    width = shape.width(of: .gate)
    hiddenSize = shape.hiddenSize
    left = capacity
  }

  /// Bytes that a token takes.
  static func bytesPerRow(_ shape: HostShape) -> Int {
    (shape.width(of: .gate) + 2 * shape.hiddenSize) * MemoryLayout<Float>.stride
  }

  /// What some rows have, which `compute` writes the first time; nil where there is no room for it.
  func start(
    of prompts: [Prompt], _ rows: RowSet,
    compute: (_ hidden: MutableMatrixView, _ residual: MutableMatrixView) -> Void
  ) -> Start? {
    if let start = known[prompts] { return start }
    guard rows.count <= left else { return nil }
    left -= rows.count
    let start = Start(tokens: rows.count, width: width, hiddenSize: hiddenSize)
    start.fill(compute)
    known[prompts] = start
    return start
  }
}

import LinearAlgebra

/// Tangents pushed forward through the blocks of a model: how everything changes, to first order, when the residual
/// stream does, or what a hook adds at its places.
///
/// Cost: a forward pass to run each layer again, and about one and a half for the tangents.
public final class TangentPass {
  /// The sequences and their forward values.
  public let tape: ForwardTape
  private let panel: DerivativePanel
  private let scored: Matrix

  /// A tangent pass over what a tape has run, now or later.
  public init(_ tape: ForwardTape) {
    self.tape = tape
    panel = DerivativePanel(shape: tape.pass.shape, capacity: tape.capacity)
    scored = Matrix(rows: tape.capacity, columns: tape.pass.shape.hiddenSize)
  }

  /// Pushes a tangent of the residual stream as it enters layer `first`, `[rows, hidden]`, nil for zeros, through the
  /// layers up to `end`, and returns that of the stream behind them; it is valid until the next call.
  @discardableResult
  public func run(
    _ tangent: MatrixView?, from first: Int = 0, to end: Int? = nil, hook: (any DerivativeHook)? = nil
  ) -> MatrixView {
    let (shape, count) = (tape.pass.shape, tape.rows.count)
    panel.clear()
    if let tangent { panel.start(.residual, count).copy(tangent) }
    for layer in first..<(end ?? shape.layerCount) {
      let hooked = HookedDerivatives(hook, shape.blocks[layer], layer: layer, rows: tape.rows)
      guard hooked != nil || panel.holds(.residual) else { continue }
      let work = DerivativeWork(
        pass: tape.pass, layer: layer, rows: tape.rows, values: tape.values(ofLayer: layer), panel: panel)
      work.clearZeroUnits(behind: -1)
      hooked?.show(-1, work, reversed: false)
      for index in work.block.steps.indices {
        work.pushForward(index)
        hooked?.show(index, work, reversed: false)
      }
    }
    return panel.derivative(.residual, count).reading
  }

  /// The tangent of what the final norm makes of the scored positions, `[scored, hidden]`, after a run to the end.
  public func normed() -> MatrixView {
    let (norm, rows) = (tape.pass.shape.readout.norm, tape.rows)
    let stream = panel.derivative(.residual, rows.count)
    let result = scored[rows: 0..<rows.scored.count]
    for (place, row) in rows.scored.enumerated() {
      result.row(place).update(from: stream.row(row), count: result.columns)
    }
    norm.pushForward(
      result.reading, values: tape.scoredResidual, valueRows: nil, tape.pass.model.finalNorm, into: result)
    return result.reading
  }

  /// The tangent of the logits of some of the scored positions, `[positions, vocabulary]`, after a run to the end.
  public func logits(ofScored range: Range<Int>, into logits: MutableMatrixView) {
    let (pass, head) = (tape.pass, tape.pass.model.head)
    pass.operations.addHead(rows: range.count, outputs: head.rows, inputs: head.columns)
    head.multiply(normed()[rows: range], into: logits, biased: false, in: pass.workspace)
    guard pass.shape.readout.cap != nil else { return }
    let values = Matrix(rows: range.count, columns: logits.columns)
    tape.logits(ofScored: range, into: values.view)
    pass.shape.readout.differentiateLimit(logits, at: values.view.reading)
  }
}

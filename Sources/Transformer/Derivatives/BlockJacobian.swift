import LinearAlgebra

/// The Jacobian of one block between two tokens of a sequence as products with many vectors at once:
/// J = ∂ x(target) behind the block / ∂ x(source) before it, `[hidden, hidden]`.
///
/// The block is run once; its forward values are shared by all vectors. A product costs about a forward pass of as many
/// tokens as there are vectors through the block. J includes what the residual stream itself carries: it is the
/// identity and more where both tokens are one, and 0 where the target does not see the source.
public final class BlockJacobian {
  /// The layer of the block.
  public let layer: Int
  /// The most vectors of a call.
  public let capacity: Int
  private let pass: ForwardPass
  private let values: LayerValues
  private let sourcePanel: DerivativePanel
  private let targetPanel: DerivativePanel
  private let tokenCount: Int

  /// Runs block `layer` on one whole sequence, whose residual stream before the block is `stream`, `[tokens, hidden]`.
  public init(pass: ForwardPass, layer: Int, stream: MatrixView, capacity: Int, hook: (any Hook)? = nil) {
    let shape = pass.shape
    precondition(stream.rows <= pass.positionCount && stream.columns == shape.hiddenSize, "a sequence's stream")
    self.pass = pass
    self.layer = layer
    self.capacity = capacity
    tokenCount = stream.rows
    values = LayerValues(shape: shape, capacity: tokenCount)
    sourcePanel = DerivativePanel(shape: shape, capacity: capacity)
    targetPanel = DerivativePanel(shape: shape, capacity: capacity)
    let panel = Panel(shape: shape, capacity: tokenCount)
    let store = KeyValueStore(shape: shape, rows: tokenCount, layers: layer..<layer + 1)
    panel.residual.view.copy(stream)
    pass.run(
      layer: layer, rows: RowSet(lengths: [tokenCount], firstScored: [0]), panel: panel, store: store, hook: hook,
      keeping: values)
  }

  // MARK: Products

  /// result `[vectors, hidden]` = J v for each row v of `vectors`.
  public func multiply(_ vectors: MatrixView, from source: Int, to target: Int, into result: MutableMatrixView) {
    let (pair, atSource, atTarget) = works(source, target, vectors.rows)
    pair.startAtSource(.residual, vectors.rows).copy(vectors)
    atSource.clearZeroUnits(behind: -1)
    let block = atTarget.block
    for index in block.steps.indices {
      if block.steps[index] is Attention {
        // What it reads is at the source.
        block.steps[index].pushForward(atTarget, at: index)
        atTarget.clearZeroUnits(behind: index)
      } else {
        (block.isWhole[index] ? atSource : atTarget).pushForward(index)
      }
    }
    result.copy(atTarget.derivative(.residual).reading)
  }

  /// result `[vectors, hidden]` = Jᵀ u for each row u of `vectors`.
  public func multiplyTransposed(
    _ vectors: MatrixView, from source: Int, to target: Int, into result: MutableMatrixView
  ) {
    let (pair, atSource, atTarget) = works(source, target, vectors.rows)
    atTarget.start(.residual).copy(vectors)
    let block = atTarget.block
    for index in block.steps.indices.reversed() { (block.isWhole[index] ? atSource : atTarget).pullBack(index) }
    atSource.clearZeroUnits(behind: -1)
    result.copy(pair.atSource(.residual, vectors.rows).reading)
  }

  /// Empty panels at both tokens. Steps on all rows, those of keys and values, are taken at the source, others at the
  /// target: where these are two, nothing but attention leads from the one to the other.
  private func works(
    _ source: Int, _ target: Int, _ count: Int
  ) -> (pair: TokenPair, atSource: DerivativeWork, atTarget: DerivativeWork) {
    precondition((0..<tokenCount).contains(source) && (0..<tokenCount).contains(target), "tokens of the sequence")
    sourcePanel.clear()
    targetPanel.clear()
    let pair = TokenPair(source: source, target: target, wholeLength: tokenCount, panel: sourcePanel)
    func work(_ token: Int, _ panel: DerivativePanel) -> DerivativeWork {
      DerivativeWork(
        pass: pass, layer: layer, token: token, count: count, tokens: pair, values: values, panel: panel)
    }
    return (pair, work(source, sourcePanel), work(target, pair.isOne ? sourcePanel : targetPanel))
  }
}

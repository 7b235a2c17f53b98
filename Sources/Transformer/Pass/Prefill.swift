import LinearAlgebra

/// Whole sequences run through all layers at once.
public struct Prefill {
  /// Keys and values of every position and layer, sequence after sequence; where no step follows, nobody needs them,
  /// and each layer has overwritten the one before.
  public let store: KeyValueStore
  private let panel: Panel
  private let pass: ForwardPass
  private let scoredCount: Int

  /// Runs `sequences`, which are whole or the beginnings of longer ones of `wholeLengths`; the last layer's output is
  /// kept from position `firstScored` of each on.
  public init(
    _ sequences: [Prompt], firstScored: [Int], wholeLengths: [Int]? = nil, pass: ForwardPass,
    hook: (any Hook)? = nil
  ) {
    let lengths = sequences.map(pass.shape.embedding.rowCount)
    precondition(lengths.allSatisfy { $0 <= pass.positionCount }, "the sequences fit the tables")
    let rows = RowSet(lengths: lengths, firstScored: firstScored, wholeLengths: wholeLengths)
    panel = Panel(shape: pass.shape, capacity: rows.count)
    store = KeyValueStore(
      shape: pass.shape, rows: rows.count, layers: 0..<pass.shape.layerCount, kept: pass.shape.continues)
    self.pass = pass
    scoredCount = rows.scored.count
    pass.embed(sequences, into: panel.residual.view)
    let last = pass.shape.layerCount - 1
    for layer in 0...last {
      pass.run(
        layer: layer, rows: rows, onlyScored: layer == last, panel: panel, store: store, hook: hook)
    }
    pass.applyFinalNorm(panel, rows: 0..<scoredCount)
  }

  /// Runs sequences of tokens, as above.
  public init(
    _ sequences: [[Int32]], firstScored: [Int], pass: ForwardPass, hook: (any Hook)? = nil
  ) {
    self.init(sequences.map(Prompt.tokens), firstScored: firstScored, pass: pass, hook: hook)
  }

  /// The final residual stream at the scored positions, `[scored, hidden]`.
  public var residual: MatrixView { panel.residual[rows: 0..<scoredCount].reading }

  /// What the final norm makes of it, `[scored, hidden]`.
  public var normed: MatrixView { panel.normed[rows: 0..<scoredCount].reading }

  /// The logits at the scored positions, `[scored, vocabulary]`.
  public func logits() -> Matrix {
    let logits = Matrix(rows: scoredCount, columns: pass.shape.vocabularyCount)
    pass.logits(ofNormed: normed, into: logits.view)
    return logits
  }
}

import LinearAlgebra

/// Whole sequences run through all layers at once.
public struct Prefill {
  /// Keys and values of every position and layer, sequence after sequence.
  public let store: KeyValueStore
  private let panel: Panel
  private let decoder: Decoder
  private let keptCount: Int

  /// Runs `sequences`; the last layer's output is kept from position `firstKept` of each on.
  public init(
    _ sequences: [[Int32]], firstKept: [Int], decoder: Decoder, observer: (any ProductObserver)? = nil
  ) {
    precondition(sequences.allSatisfy { $0.count <= decoder.positionCount }, "the sequences fit the tables")
    let rows = RowSet(lengths: sequences.map(\.count), firstKept: firstKept)
    panel = Panel(configuration: decoder.configuration, capacity: rows.count)
    store = KeyValueStore(configuration: decoder.configuration, rows: rows.count)
    self.decoder = decoder
    keptCount = rows.kept.count
    decoder.embed(sequences.flatMap { $0 }, into: panel.residual.view)
    let last = decoder.configuration.layerCount - 1
    for layer in 0...last {
      decoder.run(
        layer: layer, rows: rows, trimming: layer == last, panel: panel, store: store, observer: observer)
    }
    decoder.finish(panel, rows: 0..<keptCount)
  }

  /// The final residual stream at the kept positions, `[kept, hidden]`.
  public var residual: MatrixView { panel.residual[rows: 0..<keptCount].reading }

  /// What the final norm makes of it, `[kept, hidden]`.
  public var finished: MatrixView { panel.normed[rows: 0..<keptCount].reading }

  /// The logits at the kept positions, `[kept, vocabulary]`.
  public func logits() -> Matrix {
    let logits = Matrix(rows: keptCount, columns: decoder.configuration.vocabularyCount)
    decoder.logits(ofFinished: finished, into: logits.view)
    return logits
  }
}

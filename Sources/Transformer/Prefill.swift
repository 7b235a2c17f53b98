import LinearAlgebra

/// One sequence run through all layers at once.
public struct Prefill {
  /// Keys and values of every position and layer.
  public let cache: KeyValueCache
  private let panel: Panel
  private let decoder: Decoder
  private let keptCount: Int

  /// Runs `tokens`; the last layer's output is kept from position `firstKept` on. The cache has room for `capacity` tokens.
  public init(_ tokens: [Int32], firstKept: Int, capacity: Int, decoder: Decoder) {
    precondition(tokens.count <= capacity && tokens.count <= decoder.positionCount, "the sequence fits")
    let rows = RowSet(length: tokens.count, firstKept: firstKept, copies: 1)
    let last = decoder.configuration.layerCount - 1
    let attention = SequenceAttention(rows: rows, trimmedLayer: last)
    panel = Panel(configuration: decoder.configuration, capacity: tokens.count)
    cache = KeyValueCache(configuration: decoder.configuration, capacity: capacity)
    self.decoder = decoder
    keptCount = rows.kept.count
    decoder.embed(tokens, into: panel.residual.view)
    for layer in 0...last {
      decoder.run(layer: layer, rows: rows, trimming: layer == last, panel: panel, context: attention)
      cache.store(
        key: panel.keys[layer].view.reading, value: panel.values[layer].view.reading, layer: layer, from: 0)
    }
  }

  /// The final residual stream at the kept positions, `[kept, hidden]`.
  public var residual: MatrixView { panel.residual[rows: 0..<keptCount].reading }

  /// The logits at the kept positions, `[kept, vocabulary]`.
  public func logits() -> Matrix {
    let logits = Matrix(rows: keptCount, columns: decoder.configuration.vocabularyCount)
    decoder.logits(of: panel, rows: 0..<keptCount, into: logits.view)
    return logits
  }
}

import LinearAlgebra

/// Whole sequences run through a model in such a way that they can be differentiated: all values of the last layers are
/// kept, as many as fit 128 MiB, and of the others the residual stream as it enters them; such a layer is
/// run again, with all its values kept, when its turn comes.
///
/// Beside the values that are kept memory grows with layers by one residual stream each; `bytesPerRow` says how much it
/// is. What is kept changes no bit.
public final class ForwardTape {
  /// The pass that the sequences are run with.
  public let pass: ForwardPass
  /// The number of rows, tokens of all sequences together, that there is room for.
  public let capacity: Int
  /// The positions and sequences of the rows.
  public private(set) var rows = RowSet([])
  /// The tokens of the rows; none of images.
  public private(set) var tokens: [Int32] = []
  private let streams: [Matrix]
  private let panel: Panel
  private let store: KeyValueStore
  /// The values of the last layers; the first of them is lent to any layer that is run again.
  private let kept: [LayerValues]
  private let scoredStream: Matrix
  private let scoredNormed: Matrix
  private var hook: (any Hook)?
  /// The layer whose values each of them has.
  private var heldLayers: [Int] = []

  /// Bytes of the values of layers that are kept, at most, but for those of one.
  private static let keptBytes = 128 << 20

  /// A tape with room for `capacity` rows.
  public init(pass: ForwardPass, capacity: Int) {
    let shape = pass.shape
    self.pass = pass
    self.capacity = capacity
    streams = (0...shape.layerCount).map { _ in Matrix(rows: capacity, columns: shape.hiddenSize) }
    panel = Panel(shape: shape, capacity: capacity)
    store = KeyValueStore(shape: shape, rows: capacity, layers: 0..<shape.layerCount, kept: false)
    kept = (0..<ForwardTape.keptLayers(shape: shape, capacity: capacity)).map { _ in
      LayerValues(shape: shape, capacity: capacity)
    }
    scoredStream = Matrix(rows: capacity, columns: shape.hiddenSize)
    scoredNormed = Matrix(rows: capacity, columns: shape.hiddenSize)
  }

  /// The last layers whose values are kept, at least one: the others are run again.
  public static func keptLayers(shape: HostShape, capacity: Int) -> Int {
    let bytes = max(1, capacity * LayerValues.bytesPerRow(shape: shape))
    return max(1, min(shape.layerCount, keptBytes / bytes))
  }

  /// Bytes of a tape.
  public static func byteCount(shape: HostShape, capacity: Int) -> Int {
    let more = keptLayers(shape: shape, capacity: capacity) - 1
    return capacity * (bytesPerRow(shape: shape) + more * LayerValues.bytesPerRow(shape: shape))
  }

  /// Bytes of one row of a tape, but for the values of more than one layer.
  public static func bytesPerRow(shape: HostShape) -> Int {
    (shape.layerCount + 3) * shape.hiddenSize * MemoryLayout<Float>.stride + Panel.bytesPerRow(shape: shape)
      + KeyValueStore.bytesPerRow(shape: shape, layerCount: 1) + LayerValues.bytesPerRow(shape: shape)
  }

  // MARK: Forward

  /// Runs whole sequences, or the beginnings of longer ones of `wholeLengths`; the positions from `firstScored` of each
  /// on are scored, all of them without it.
  ///
  /// The hook is called again, with the same values, when a layer is run again: it has to do the same again.
  public func run(
    _ sequences: [Prompt], firstScored: [Int]? = nil, wholeLengths: [Int]? = nil, hook: (any Hook)? = nil
  ) {
    let lengths = sequences.map(pass.shape.embedding.rowCount)
    precondition(lengths.allSatisfy { $0 <= pass.positionCount }, "the sequences fit the tables")
    rows = RowSet(
      lengths: lengths, firstScored: firstScored ?? sequences.map { _ in 0 }, wholeLengths: wholeLengths)
    precondition(rows.count <= capacity, "the tape has room for the sequences")
    tokens = sequences.flatMap(\.tokens)
    self.hook = hook
    pass.embed(sequences, into: panel.residual.view)
    let end = pass.shape.layerCount
    heldLayers = Array(end - kept.count..<end)
    for layer in 0..<end {
      keepStream(layer)
      pass.run(
        layer: layer, rows: rows, panel: panel, store: store, hook: hook,
        keeping: heldLayers.firstIndex(of: layer).map { kept[$0] })
    }
    keepStream(end)
    for (place, row) in rows.scored.enumerated() {
      scoredStream.view.row(place).update(from: panel.residual.view.row(row), count: scoredStream.columns)
    }
    let count = rows.scored.count
    pass.shape.readout.norm.forward(
      scoredStream[rows: 0..<count].reading, pass.model.finalNorm, into: scoredNormed[rows: 0..<count])
  }

  /// Runs whole sequences of tokens, as above.
  public func run(_ sequences: [[Int32]], firstScored: [Int]? = nil, hook: (any Hook)? = nil) {
    run(sequences.map(Prompt.tokens), firstScored: firstScored, hook: hook)
  }

  private func keepStream(_ layer: Int) {
    streams[layer][rows: 0..<rows.count].copy(panel.residual[rows: 0..<rows.count].reading)
  }

  /// The values of a layer, which is run again unless they are there; they are there until another layer is asked for.
  package func values(ofLayer layer: Int) -> LayerValues {
    if let place = heldLayers.firstIndex(of: layer) { return kept[place] }
    heldLayers[0] = layer
    panel.residual[rows: 0..<rows.count].copy(stream(layer))
    pass.run(layer: layer, rows: rows, panel: panel, store: store, hook: hook, keeping: kept[0])
    return kept[0]
  }

  // MARK: What was computed

  /// The residual stream as it enters a layer, before hooks there, or as it leaves the last one, `[rows, hidden]`.
  public func stream(_ layer: Int) -> MatrixView { streams[layer][rows: 0..<rows.count].reading }

  /// The final residual stream at the scored positions, `[scored, hidden]`.
  var scoredResidual: MatrixView { scoredStream[rows: 0..<rows.scored.count].reading }

  /// What the final norm makes of it, `[scored, hidden]`.
  public var normed: MatrixView { scoredNormed[rows: 0..<rows.scored.count].reading }

  /// Logits of some of the scored positions, `[positions, vocabulary]`.
  public func logits(ofScored range: Range<Int>, into logits: MutableMatrixView) {
    pass.logits(ofNormed: normed[rows: range], into: logits)
  }
}

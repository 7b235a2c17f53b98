import LinearAlgebra

/// Whole sequences, one at a time, run up to a hook of one layer; later layers are not.
public struct HookedPass {
  private let decoder: Decoder
  private let hook: Hook
  private let layer: Int
  private let panel: Panel
  private let store: KeyValueStore
  private let seen: Matrix

  /// For sequences as long as the decoder's tables.
  public init(decoder: Decoder, hook: Hook, layer: Int) {
    let configuration = decoder.configuration
    precondition((0..<configuration.layerCount).contains(layer), "a layer of the model")
    self.decoder = decoder
    self.hook = hook
    self.layer = layer
    panel = Panel(configuration: configuration, capacity: decoder.positionCount)
    store = KeyValueStore(
      configuration: configuration, rows: decoder.positionCount, layers: 0..<layer + 1, kept: false)
    seen = Matrix(rows: decoder.positionCount, columns: hook.width(configuration))
  }

  /// The activations of a sequence, `[tokens, width]`; valid until the next one.
  public func activations(of tokens: [Int32]) -> MatrixView {
    precondition(tokens.count <= decoder.positionCount, "the sequence fits the tables")
    let rows = RowSet(lengths: [tokens.count], firstKept: [0])
    let output = seen[rows: 0..<tokens.count]
    decoder.embed(tokens, into: panel.residual.view)
    for index in 0..<(hook == .entering ? layer : layer + 1) {
      let observer = index == layer ? HookObserver(hook: hook, output: output) : nil
      decoder.run(layer: index, rows: rows, panel: panel, store: store, observer: observer)
    }
    if hook == .entering { output.copy(panel.residual[rows: 0..<tokens.count].reading) }
    return output.reading
  }
}

/// Copies what is to be seen in a block.
private struct HookObserver: ProductObserver {
  let hook: Hook
  let output: MutableMatrixView

  func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output product: MutableMatrixView) {
    switch (hook, matrix) {
    case (.attended, .o), (.gated, .down): output.copy(input)
    case (.middle, .o), (.leaving, .down): output.copy(product.reading)
    default: break
    }
  }
}

import LinearAlgebra

/// Whole sequences, one at a time, run up to a site of one layer; later layers are not.
public struct SiteReader {
  private let pass: ForwardPass
  private let site: Site
  private let layer: Int
  private let panel: Panel
  private let store: KeyValueStore
  private let seen: Matrix

  /// For sequences as long as the tables of the pass.
  public init(pass: ForwardPass, site: Site, layer: Int) {
    let configuration = pass.configuration
    precondition((0..<configuration.layerCount).contains(layer), "a layer of the model")
    self.pass = pass
    self.site = site
    self.layer = layer
    panel = Panel(configuration: configuration, capacity: pass.positionCount)
    store = KeyValueStore(
      configuration: configuration, rows: pass.positionCount, layers: 0..<layer + 1, kept: false)
    seen = Matrix(rows: pass.positionCount, columns: site.width(configuration))
  }

  /// The activations of a sequence, `[tokens, width]`; valid until the next one.
  public func activations(of tokens: [Int32]) -> MatrixView {
    precondition(tokens.count <= pass.positionCount, "the sequence fits the tables")
    let rows = RowSet(lengths: [tokens.count], firstScored: [0])
    let output = seen[rows: 0..<tokens.count]
    pass.embed(tokens, into: panel.residual.view)
    for index in 0..<(site == .residualBefore ? layer : layer + 1) {
      let observer = index == layer ? SiteObserver(site: site, output: output) : nil
      pass.run(layer: index, rows: rows, panel: panel, store: store, observer: observer)
    }
    if site == .residualBefore { output.copy(panel.residual[rows: 0..<tokens.count].reading) }
    return output.reading
  }
}

/// Copies what is to be seen in a block.
private struct SiteObserver: ProductObserver {
  let site: Site
  let output: MutableMatrixView

  func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output product: MutableMatrixView) {
    switch (site, matrix) {
    case (.attentionOutput, .o), (.mlpHidden, .down): output.copy(input)
    case (.residualMiddle, .o), (.residualAfter, .down): output.copy(product.reading)
    default: break
    }
  }
}

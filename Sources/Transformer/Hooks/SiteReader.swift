import LinearAlgebra

/// Whole sequences, one at a time, run up to a site of one layer; later layers are not.
public struct SiteReader {
  private let pass: ForwardPass
  private let site: Site
  private let layer: Int
  private let panel: Panel
  private let store: KeyValueStore
  private let seen: Matrix

  /// A reader of sequences as long as the tables of the pass.
  ///
  /// Throws a `TransformerError` that names the sites there are if the layer has no such site.
  public init(pass: ForwardPass, site: Site, layer: Int) throws {
    let shape = pass.shape
    precondition((0..<shape.layerCount).contains(layer), "a layer of the model")
    let width = try shape.width(at: site, layer: layer)
    self.pass = pass
    self.site = site
    self.layer = layer
    panel = Panel(shape: shape, capacity: pass.positionCount)
    store = KeyValueStore(shape: shape, rows: pass.positionCount, layers: 0..<layer + 1, kept: false)
    seen = Matrix(rows: pass.positionCount, columns: width)
  }

  /// The activations of a sequence of tokens, `[tokens, width]`; valid until the next one.
  public func activations(of tokens: [Int32]) -> MatrixView { activations(of: .tokens(tokens)) }

  /// The activations of a sequence, `[positions, width]`; valid until the next one.
  public func activations(of prompt: Prompt) -> MatrixView {
    let count = pass.shape.embedding.rowCount(of: prompt)
    precondition(count <= pass.positionCount, "the sequence fits the tables")
    let rows = RowSet(lengths: [count], firstScored: [0])
    let output = seen[rows: 0..<count]
    pass.embed([prompt], into: panel.residual.view)
    // The layer itself is spared, unless it has units to be zero in what enters it.
    if site == .residualBefore, pass.model.zeroUnits == nil {
      for index in 0..<layer { pass.run(layer: index, rows: rows, panel: panel, store: store) }
      output.copy(panel.residual[rows: 0..<count].reading)
      return output.reading
    }
    let hook = CopyingHook(site: site, layer: layer, output: output)
    for index in 0...layer { pass.run(layer: index, rows: rows, panel: panel, store: store, hook: hook) }
    return output.reading
  }
}

extension HostShape {
  /// Floats of a row at a site of a layer. Throws a `TransformerError` that names the sites there are if it has none
  /// such.
  public func width(at site: Site, layer: Int) throws -> Int {
    guard let value = blocks[layer].value(at: site) else {
      throw TransformerError(
        "cannot read activations at \(site.rawValue) of layer \(layer): blocks of this model have no such site; "
          + "choose one of "
          + blocks[layer].sites.map(\.rawValue).joined(separator: ", "))
    }
    return blocks[layer].width(of: value.slot)
  }
}

/// Copies what is to be seen at a site.
private struct CopyingHook: Hook {
  let site: Site
  let layer: Int
  let output: MutableMatrixView

  func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.site(site)] : [] }

  func visit(_ visit: Visit) { output.copy(visit.values.reading) }
}

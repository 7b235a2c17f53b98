import LinearAlgebra
import Transformer

extension MutantEntry {
  /// Computes the rows of a sequence anew, from the residual stream before the mutated part of the layer on: to the bit
  /// what a model with the mutated weights computes.
  func compute(_ sequence: MutantSequence, trace: LayerTrace) {
    guard let correction = sequence.correction else { return }
    let rows = correction.region.rows
    let at = { (value: Block.Value) in trace(value, input: sequence.input)[rows: sequence.positions] }
    let target = sum[rows: sequence.entryRows]
    if let passage = path.passage?.step {
      let columns = path.columns(reachedBy: rows)
      let mutated = Matrix(
        copying: mutatedColumns(sequence, rows: rows, columns: columns, trace: trace).output.reading)
      let input = panel[passage.input][rows: sequence.entryRows]
      input.copy(at(path.passing))
      input[columns: columns].copy(mutated.view.reading)
      if passage.isAdding { target.copy(at(path.streamBefore)) }
      multiply(input.reading, by: passage, into: target)
    } else {
      let isAdding = path.product.isAdding
      target.copy(at(path.output))
      if isAdding { target[columns: rows].copy(at(path.streamBefore)[columns: rows]) }
      correction.compute(input: at(path.input), intoRegion: target[columns: rows], adding: isAdding, pass: pass)
    }
    guard path.tail.isEmpty else { return finish(sequence, trace: trace) }
    for index in path.beside {
      guard let product = pass.shape.blocks[layer].steps[index] as? Product else { continue }
      multiply(at(pass.shape.blocks[layer].reads[index][0]), by: product, into: target)
    }
    clear(zeroStream, in: target)
  }

  /// The whole product, bias included, as a layer makes it or adds it to the stream.
  private func multiply(_ input: MatrixView, by product: Product, into output: MutableMatrixView) {
    let projection = pass.model.layers[layer][product.matrix]
    pass.operations.addProduct(rows: input.rows, outputs: projection.rows, inputs: input.columns)
    projection.multiply(input, into: output, adding: product.isAdding, in: pass.workspace)
  }

  // MARK: The whole layer

  /// Runs all of the layer with the mutated matrix, or with both of a pair, where a change has no thin way. Returns the
  /// layer's keys and values.
  @discardableResult
  func computeLayer(_ sequence: MutantSequence, trace: LayerTrace) -> KeyValueStore {
    let (length, positions) = (sequence.baseline.length, sequence.positions)
    let rows = RowSet([
      Span(
        origin: 0, positions: 0..<length, firstScored: positions.lowerBound,
        wholeLength: sequence.baseline.wholeLength)
    ])
    let store = KeyValueStore(shape: pass.shape, rows: length, layers: layer..<layer + 1)
    panel.residual[rows: 0..<length].copy(trace(.entering, input: sequence.input))
    pass.run(
      layer: layer, rows: rows, onlyScored: positions.lowerBound > 0, panel: panel, store: store,
      hook: AnewHook(corrections: sequence.corrections(ofLayer: layer), layer: layer, pass: pass))
    residual[rows: sequence.entryRows].copy(panel.residual[rows: 0..<positions.count].reading)
    return store
  }
}

/// Computes the rows of mutated matrices' products anew, at all rows that pass.
private final class AnewHook: Hook {
  private let corrections: [any Correction]
  private let layer: Int
  private let pass: ForwardPass
  /// The residual stream before the mutated product is added to it.
  private var stream: Matrix?

  init(corrections: [any Correction], layer: Int, pass: ForwardPass) {
    self.corrections = corrections
    self.layer = layer
    self.pass = pass
  }

  func places(ofLayer layer: Int) -> Set<Place> {
    layer == self.layer ? Set(corrections.map { .product($0.region.matrix) }) : []
  }

  func expect(_ visit: Visit) { stream = Matrix(copying: visit.values.reading) }

  func visit(_ visit: Visit) {
    guard case .product(let matrix) = visit.place, let input = visit.input else { return }
    corrections.filter { $0.region.matrix == matrix }
      .compute(input: input, into: visit.values, stream: stream?.view.reading, pass: pass)
    stream = nil
  }
}

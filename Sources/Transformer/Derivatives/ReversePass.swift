import LinearAlgebra

/// Gradients of a scalar, pulled back from where the caller knows them to every place of a model.
///
/// Given gradients add up: at logits, at normed rows, at the residual stream of any layer, and what a hook adds at its
/// places. A row of a gradient has the same bits whatever other sequences are on the tape and on any number of threads.
/// Cost: about three forward passes, one more for gradients of all weights.
public final class ReversePass {
  /// The sequences and their forward values.
  public let tape: ForwardTape
  /// The sums that gradients of weights are added to; nil where nobody asks.
  public let parameters: ParameterGradients?
  private let panel: DerivativePanel
  private let normedGradient: Matrix
  private var hasNormedGradient = false
  private var given: [Int: Matrix] = [:]

  private var pass: ForwardPass { tape.pass }

  /// A reverse pass over what a tape has run, now or later.
  public init(_ tape: ForwardTape, parameters: ParameterGradients? = nil) {
    self.tape = tape
    self.parameters = parameters
    panel = DerivativePanel(shape: tape.pass.shape, capacity: tape.capacity)
    normedGradient = Matrix(rows: tape.capacity, columns: tape.pass.shape.hiddenSize)
  }

  /// Bytes of one row beside those of the tape.
  public static func bytesPerRow(shape: HostShape) -> Int {
    Panel.bytesPerRow(shape: shape) + shape.hiddenSize * MemoryLayout<Float>.stride
  }

  // MARK: Given gradients

  /// Adds a gradient at the logits of some of the scored positions, `[positions, vocabulary]`: through the head, whose
  /// own gradient is summed too where it is wanted. Capped logits are computed again.
  public func addGradient(atLogits given: MatrixView, ofScored range: Range<Int>) {
    let (head, normed) = (pass.model.head, tape.normed[rows: range])
    let gradient = beforeCap(given, ofScored: range)
    pass.operations.addHead(rows: range.count, outputs: head.columns, inputs: head.rows)
    if let sums = parameters?[.head] {
      pass.operations.addHead(rows: range.count, outputs: head.rows, inputs: head.columns)
      sums.view.addOuterProducts(of: gradient, with: normed, in: pass.workspace)
    }
    startNormedGradient()
    head.multiplyTransposed(gradient, into: normedGradient[rows: range], adding: true, in: pass.workspace)
  }

  /// The gradient at logits before the cap from that behind it.
  private func beforeCap(_ gradient: MatrixView, ofScored range: Range<Int>) -> MatrixView {
    guard pass.shape.readout.cap != nil else { return gradient }
    let (logits, result) = (
      Matrix(rows: range.count, columns: gradient.columns), Matrix(rows: range.count, columns: gradient.columns)
    )
    tape.logits(ofScored: range, into: logits.view)
    result.view.copy(gradient)
    pass.shape.readout.differentiateLimit(result.view, at: logits.view.reading)
    return result.view.reading
  }

  /// Adds a gradient at what the final norm makes of some of the scored positions, `[positions, hidden]`.
  public func addGradient(atNormed gradient: MatrixView, ofScored range: Range<Int>) {
    startNormedGradient()
    normedGradient[rows: range].add(gradient)
  }

  /// Adds a gradient at the residual stream as it enters a layer, before hooks there, or leaves the last one, `[rows,
  /// hidden]`.
  public func addGradient(atStream layer: Int, _ gradient: MatrixView) {
    precondition((0...pass.shape.layerCount).contains(layer), "a layer of the model, or behind the last")
    let sums = given[layer] ?? Matrix(rows: tape.rows.count, columns: pass.shape.hiddenSize)
    sums.view.add(gradient)
    given[layer] = sums
  }

  private func startNormedGradient() {
    guard !hasNormedGradient else { return }
    normedGradient[rows: 0..<tape.rows.scored.count].clear()
    hasNormedGradient = true
  }

  // MARK: Reverse

  /// Pulls all given gradients back to the residual stream as it enters layer `lowest`, and returns that gradient,
  /// `[rows, hidden]`; it is valid until the next call. Given gradients are used up.
  ///
  /// Layers that no gradient reaches are left out, unless the hook has places there. Where `lowest` is 0, the
  /// gradient of the embedding is summed too where it is wanted.
  @discardableResult
  public func run(downTo lowest: Int = 0, hook: (any DerivativeHook)? = nil) -> MatrixView {
    panel.clear()
    pullBackReadout()
    for layer in (lowest..<pass.shape.layerCount).reversed() {
      addGiven(layer + 1)
      let hooked = HookedDerivatives(hook, pass.shape.blocks[layer], layer: layer, rows: tape.rows)
      if hooked != nil || panel.holds(.residual) { pullBack(layer, hooked) }
    }
    addGiven(lowest)
    given = [:]
    let gradient = panel.derivative(.residual, tape.rows.count).reading
    if lowest == 0, let sums = parameters?[.embedding] { addEmbeddingGradient(of: gradient, to: sums) }
    return gradient
  }

  /// Adds the gradient of the table of embeddings from that of the stream that enters the first layer.
  private func addEmbeddingGradient(of gradient: MatrixView, to sums: Matrix) {
    guard let embedding = pass.shape.embedding.tokens else { preconditionFailure("a table of tokens") }
    var gradient = gradient
    let row = Matrix(rows: 1, columns: gradient.columns)
    if let norm = embedding.norm, let weights = pass.model.embeddingNorm {
      let (values, result) = (
        Matrix(rows: gradient.rows, columns: gradient.columns), Matrix(rows: gradient.rows, columns: gradient.columns)
      )
      pass.sumEmbeddings(of: tape.tokens, at: tape.rows.positions, into: values.view)
      norm.pullBack(
        gradient, values: values.view.reading, valueRows: nil, weights, into: result.view, adding: false)
      gradient = result.view.reading
    }
    for (place, token) in tape.tokens.enumerated() {
      for column in 0..<gradient.columns { row.view[0, column] = embedding.scale * gradient[place, column] }
      sums[rows: Int(token)..<Int(token) + 1].addRows(of: row.view.reading)
    }
  }

  private func addGiven(_ layer: Int) {
    if let gradient = given[layer] { panel.derivative(.residual, tape.rows.count).add(gradient.view.reading) }
  }

  /// From the normed rows to the residual stream behind the last layer.
  private func pullBackReadout() {
    guard hasNormedGradient else { return }
    hasNormedGradient = false
    let (norm, scored) = (pass.shape.readout.norm, tape.rows.scored)
    let gradient = normedGradient[rows: 0..<scored.count]
    if let sums = parameters?[.finalGain] {
      norm.addGainGradient(of: gradient.reading, values: tape.scoredResidual, valueRows: nil, to: sums)
    }
    if let sums = parameters?[.finalBias] { norm.addBiasGradient(of: gradient.reading, to: sums) }
    norm.pullBack(
      gradient.reading, values: tape.scoredResidual, valueRows: nil, pass.model.finalNorm, into: gradient,
      adding: false)
    let stream = panel.derivative(.residual, tape.rows.count)
    for (place, row) in scored.enumerated() {
      stream.row(row).update(from: gradient.row(place), count: gradient.columns)
    }
  }

  private func pullBack(_ layer: Int, _ hooked: HookedDerivatives?) {
    let work = DerivativeWork(
      pass: pass, layer: layer, rows: tape.rows, values: tape.values(ofLayer: layer), panel: panel,
      parameters: parameters)
    for index in work.block.steps.indices.reversed() {
      work.clearZeroUnits(behind: index)
      hooked?.show(index, work, reversed: true)
      work.pullBack(index)
    }
    work.clearZeroUnits(behind: -1)
    hooked?.show(-1, work, reversed: true)
  }
}

extension DerivativeWork {
  /// Pulls the gradients of a step's outputs back; nothing is done where there are none.
  package func pullBack(_ index: Int) {
    let step = block.steps[index]
    guard step.outputs.contains(where: holds) else { return }
    clearZeroUnits(behind: index)
    step.pullBack(self, at: index)
  }

  /// Pushes the tangents of a step's inputs forward; where there are none, its outputs have none.
  package func pushForward(_ index: Int) {
    let step = block.steps[index]
    guard step.inputs.contains(where: holds) else {
      for slot in step.outputs { clear(slot) }
      return
    }
    step.pushForward(self, at: index)
    clearZeroUnits(behind: index)
  }
}

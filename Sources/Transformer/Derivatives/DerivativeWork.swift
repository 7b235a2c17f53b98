import LinearAlgebra

/// What the derivatives of steps work with: the forward values of a layer, and the gradients or tangents of what the
/// slots hold at the step at hand.
public struct DerivativeWork {
  let pass: ForwardPass
  let layer: Int
  let block: Block
  let weights: Model.Layer
  let values: LayerValues
  let panel: DerivativePanel
  /// The rows of derivatives.
  let count: Int
  /// The position in its sequence of each row.
  let positions: [Int32]
  /// The forward row to which each row of derivatives belongs; nil: that of the same number.
  let valueRows: [Int32]?
  /// What else the rows have to do with each other.
  let context: Context
  /// The sums that gradients of weights are added to; nil where nobody asks.
  let parameters: ParameterGradients?

  /// How rows of derivatives belong together.
  enum Context {
    /// Each row of whole sequences has one derivative.
    case sequences(RowSet)
    /// The rows are derivatives of one token of one sequence.
    case tokens(TokenPair)
  }

  /// The derivatives of whole sequences.
  package init(
    pass: ForwardPass, layer: Int, rows: RowSet, values: LayerValues, panel: DerivativePanel,
    parameters: ParameterGradients? = nil
  ) {
    self.init(
      pass, layer, values, panel, rows.count, rows.positions, nil, .sequences(rows), parameters)
  }

  /// `count` derivatives of each of one or two tokens: `panel` has those of one of them.
  init(
    pass: ForwardPass, layer: Int, token: Int, count: Int, tokens: TokenPair, values: LayerValues,
    panel: DerivativePanel
  ) {
    let rows = Array(repeating: Int32(token), count: count)
    self.init(pass, layer, values, panel, count, rows, rows, .tokens(tokens), nil)
  }

  private init(
    _ pass: ForwardPass, _ layer: Int, _ values: LayerValues, _ panel: DerivativePanel, _ count: Int,
    _ positions: [Int32], _ valueRows: [Int32]?, _ context: Context, _ parameters: ParameterGradients?
  ) {
    precondition(count <= panel.capacity, "the panel has room for the rows")
    self.pass = pass
    self.layer = layer
    block = pass.shape.blocks[layer]
    weights = pass.model.layers[layer]
    self.values = values
    self.panel = panel
    self.count = count
    self.positions = positions
    self.valueRows = valueRows
    self.context = context
    self.parameters = parameters
  }

  /// The positions of the whole sequence of each row.
  var wholeLengths: [Int32] {
    switch context {
    case .sequences(let rows): rows.wholeLengths(scoredOnly: false)
    case .tokens(let pair): Array(repeating: Int32(pair.wholeLength), count: count)
    }
  }

  // MARK: Forward values

  /// What a step has read, as it was, by its place among the inputs of the step: `[forward rows, width]`.
  func input(_ place: Int, of index: Int) -> MatrixView { values[block.reads[index][place]] }

  // MARK: Derivatives

  /// Whether there is a derivative of what a slot holds; otherwise it is 0.
  func holds(_ slot: Slot) -> Bool { panel.holds(slot) }

  /// The derivative of what a slot holds, `[rows, width]`, which may be changed in place.
  func derivative(_ slot: Slot) -> MutableMatrixView { panel.derivative(slot, count) }

  /// The derivative of what a slot holds; the slot has none from here on, unless it is kept.
  func take(_ slot: Slot, keeping: Bool = false) -> MutableMatrixView {
    defer { if !keeping { panel.clear(slot) } }
    return derivative(slot)
  }

  /// The rows of a slot, to be overwritten as its first derivative.
  func start(_ slot: Slot) -> MutableMatrixView {
    precondition(!holds(slot), "what \(slot) holds has one reader")
    return panel.start(slot, count)
  }

  /// Adds to the derivative of what a slot holds; there may be none, which the flag says, and rows hold anything then.
  func add(to slot: Slot, _ body: (_ rows: MutableMatrixView, _ adding: Bool) -> Void) {
    let adding = holds(slot)
    body(panel.start(slot, count), adding)
  }

  /// Overwrites the derivative of what a slot holds.
  func set(_ slot: Slot, _ body: (MutableMatrixView) -> Void) { body(panel.start(slot, count)) }

  func clear(_ slot: Slot) { panel.clear(slot) }

  /// Units that the model has at zero do not move, whatever is before them: what a step has written there, or what
  /// enters the block where `step` is -1, has no derivative.
  func clearZeroUnits(behind step: Int) {
    guard let zero = pass.model.zeroUnits else { return }
    for slot in step < 0 ? [.residual] : block.steps[step].outputs where holds(slot) {
      let rows = derivative(slot)
      for unit in zero.units(of: Block.Value(slot: slot, step: step), in: block, layer: layer) {
        for row in 0..<count { rows[row, unit] = 0 }
      }
    }
  }
}

extension [Int32]? {
  /// Calls `body` with the first element's place, or nil.
  func withOptionalBase(_ body: (UnsafePointer<Int32>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

import Transformer

/// The gated feed-forward part that ends a block: gate and up are applied to the same rows, and down adds what the
/// activation makes of both to the residual stream.
struct GatedPart {
  /// The place of its first step, the product of the gate, in the block.
  let start: Int
  /// The product of the gate.
  let gate: Product
  /// The product that the gate is multiplied with.
  let up: Product
  /// The activation, which leaves the hidden units in the gate's slot.
  let activation: Activation
  /// The product of the hidden units that is added to the residual stream.
  let down: Product

  /// nil where a block ends in other steps, or in products with a bias.
  init?(of block: Block) {
    let start = block.steps.count - 4
    guard start >= 0, let gate = block.steps[start] as? Product, let up = block.steps[start + 1] as? Product,
      let activation = block.steps[start + 2] as? Activation, let down = block.steps[start + 3] as? Product,
      gate.input == up.input, gate.output == activation.gate, up.output == activation.factor,
      down.input == activation.gate, down.isAdding, !gate.isAdding, !up.isAdding,
      ![gate, up, down].contains(where: \.hasBias)
    else { return nil }
    (self.start, self.gate, self.up, self.activation, self.down) = (start, gate, up, activation, down)
  }
}

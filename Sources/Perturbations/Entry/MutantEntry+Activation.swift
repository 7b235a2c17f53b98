import LinearAlgebra
import Transformer

/// Changes that pass an activation: they stay in the hidden units that they touch.
extension MutantEntry {
  /// The activation in the region's rows, in the first columns of its slot of the panel.
  func mutatedHidden(_ sequence: MutantSequence, rows: Range<Int>, trace: LayerTrace) -> MutableMatrixView {
    guard let (gateValue, factorValue, activation) = hidden else { preconditionFailure("the path has an activation") }
    let at = { (value: Block.Value) in trace(value, input: sequence.input)[rows: sequence.positions] }
    func columns(_ value: Block.Value) -> MutableMatrixView {
      let part = panel[value.slot][rows: sequence.entryRows][columns: 0..<rows.count]
      part.copy(at(value)[columns: rows])
      return part
    }
    let (gate, factor) = (columns(gateValue), factorValue.map(columns))
    apply(sequence, input: at(path.input), toRegion: isOfGate ? gate : factor ?? gate)
    activation.forward(gate, times: factor)
    return gate
  }

  /// Whether the mutation changes the gate, and not what it is multiplied with.
  var isOfGate: Bool { path.activation.map { $0.entering == $0.step.gate } ?? false }

  /// What the activation on the path reads: the gate, and what it is multiplied with where there is such a factor.
  var hidden: (gate: Block.Value, factor: Block.Value?, step: Activation)? {
    path.activation.map { activation in
      let reads = pass.shape.blocks[layer].reads[activation.index]
      return (reads[0], reads.count > 1 ? reads[1] : nil, activation.step)
    }
  }
}

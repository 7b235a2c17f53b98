import LinearAlgebra
import Transformer

/// Changes that pass an activation: they stay in the hidden units that they touch.
extension MutantEntry {
  /// The activation in the region's rows, in the first columns of its slot of the panel.
  func mutatedHidden(_ sequence: MutantSequence, rows: Range<Int>, trace: LayerTrace) -> MutableMatrixView {
    guard let (gateValue, factorValue, activation) = hidden else { preconditionFailure("the path has an activation") }
    let gate = panel[activation.gate][rows: sequence.entryRows][columns: 0..<rows.count]
    let factor = panel[activation.factor][rows: sequence.entryRows][columns: 0..<rows.count]
    let at = { (value: Block.Value) in trace(value, input: sequence.input)[rows: sequence.positions] }
    gate.copy(at(gateValue)[columns: rows])
    factor.copy(at(factorValue)[columns: rows])
    apply(sequence, input: at(path.input), toRegion: isOfGate ? gate : factor)
    activation.forward(gate, times: factor)
    return gate
  }

  /// Whether the mutation changes the gate, and not what it is multiplied with.
  var isOfGate: Bool { path.activation.map { $0.entering == $0.step.gate } ?? false }

  /// What the activation on the path reads, gate first.
  var hidden: (gate: Block.Value, factor: Block.Value, step: Activation)? {
    path.activation.map { activation in
      let reads = pass.shape.blocks[layer].reads[activation.index]
      return (reads[0], reads[1], activation.step)
    }
  }
}

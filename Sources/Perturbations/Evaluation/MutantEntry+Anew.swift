import LinearAlgebra
import Transformer

extension MutantEntry {
  /// Computes the rows of a sequence anew, from the residual stream before the mutated part of the layer on: to the bit
  /// what a model with the mutated weights computes.
  func compute(_ sequence: MutantSequence, trace: LayerTrace) {
    guard let correction = sequence.correction else { return }
    let rows = correction.region.rows
    let at = { (part: LayerTrace.Part) in trace(part, input: sequence.input)[rows: sequence.positions] }
    let stream = residual[rows: sequence.entryRows]
    switch region {
    case .o, .down:
      let own = stream[columns: rows]
      own.copy(at(region == .o ? .entering : .middle)[columns: rows])
      correction.compute(input: at(.input), intoRegion: own, adding: true, pass: pass)
    case .gate, .up:
      let mutated = Matrix(copying: mutatedHidden(sequence, rows: rows, trace: trace).reading)
      let hidden = panel.gate[rows: sequence.entryRows]
      hidden.copy(at(.hidden))
      hidden[columns: rows].copy(mutated.view.reading)
      stream.copy(at(.middle))
      add(hidden.reading, through: .down, to: stream)
    case .q, .k, .v:
      let heads = heads(touchedBy: rows)
      let columns = heads.lowerBound * headSize..<heads.upperBound * headSize
      let mutated = Matrix(copying: mutatedHeads(sequence, rows: rows, heads: heads, trace: trace).output.reading)
      let attended = panel.attended[rows: sequence.entryRows]
      attended.copy(at(.attended))
      attended[columns: columns].copy(mutated.view.reading)
      stream.copy(at(.entering))
      add(attended.reading, through: .o, to: stream)
    }
  }

  /// The whole product, bias included, as a layer adds it to the stream.
  private func add(_ input: MatrixView, through matrix: WeightMatrix, to stream: MutableMatrixView) {
    let projection = pass.model.layers[layer][matrix]
    pass.operations.addProduct(rows: input.rows, outputs: projection.rows, inputs: input.columns)
    stream.assignProduct(
      of: input, withTransposeOf: projection.view, bias: projection.bias, adding: true, in: pass.workspace)
  }
}

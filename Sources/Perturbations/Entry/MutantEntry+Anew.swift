import LinearAlgebra
import Transformer

extension MutantEntry {
  /// Computes the rows of a sequence anew, from the residual stream before the mutated part of the layer on: to the bit
  /// what a model with the mutated weights computes.
  func compute(_ sequence: MutantSequence, trace: LayerTrace) {
    guard let correction = sequence.correction else { return }
    let rows = correction.region.rows
    let at = { (value: Block.Value) in trace(value, input: sequence.input)[rows: sequence.positions] }
    let stream = residual[rows: sequence.entryRows]
    guard let passage = path.passage?.step else {
      let own = stream[columns: rows]
      own.copy(at(path.streamBefore)[columns: rows])
      correction.compute(input: at(path.input), intoRegion: own, adding: true, pass: pass)
      clear(zeroStream, in: stream)
      return
    }
    let columns = path.columns(reachedBy: rows)
    let mutated = Matrix(
      copying: mutatedColumns(sequence, rows: rows, columns: columns, trace: trace).output.reading)
    let input = panel[passage.input][rows: sequence.entryRows]
    input.copy(at(path.passing))
    input[columns: columns].copy(mutated.view.reading)
    stream.copy(at(path.streamBefore))
    add(input.reading, through: passage.matrix, to: stream)
    clear(zeroStream, in: stream)
  }

  /// The whole product, bias included, as a layer adds it to the stream.
  private func add(_ input: MatrixView, through matrix: WeightMatrix, to stream: MutableMatrixView) {
    let projection = pass.model.layers[layer][matrix]
    pass.operations.addProduct(rows: input.rows, outputs: projection.rows, inputs: input.columns)
    stream.assignProduct(
      of: input, withTransposeOf: projection.view, bias: projection.bias, adding: true, in: pass.workspace)
  }
}

import LinearAlgebra
import Transformer

/// What the baseline computes in one layer on one input: input and output of every matrix, at every position.
final class LayerTrace {
  /// The residual stream that enters the layer, `[positions, hidden]`.
  let residual: Matrix
  private var inputs: [WeightMatrix: Matrix] = [:]
  private var outputs: [WeightMatrix: Matrix] = [:]

  init(residual: Matrix) { self.residual = residual }

  /// Input of a matrix, `[positions, in]`.
  func input(of matrix: WeightMatrix) -> MatrixView { view(inputs, matrix.sharingInput) }

  /// Output of a matrix, `[positions, out]`: before rotation for q and k, the residual stream with it for o and down.
  func output(of matrix: WeightMatrix) -> MatrixView { view(outputs, matrix) }

  private func view(_ matrices: [WeightMatrix: Matrix], _ matrix: WeightMatrix) -> MatrixView {
    guard let found = matrices[matrix] else { preconditionFailure("the layer has been traced") }
    return found.view.reading
  }

  fileprivate func record(_ matrix: WeightMatrix, input: MatrixView, output: MutableMatrixView) {
    if matrix.sharingInput == matrix { inputs[matrix] = Matrix(copying: input) }
    outputs[matrix] = Matrix(copying: output.reading)
  }
}

/// Follows the baseline through the layers and traces the one at hand.
///
/// Only the residual stream between layers is kept, so a trace costs one layer's activations, and moving to a later layer
/// costs just the layers between. Units come in ascending order of layers, so a screen passes each layer about once.
final class BaselineTrace {
  private let decoder: Decoder
  private let baselines: [Baseline]
  private var layer = -1
  private var traces: [LayerTrace] = []

  init(decoder: Decoder, baselines: [Baseline]) {
    self.decoder = decoder
    self.baselines = baselines
  }

  /// The traces of a layer, one for each input.
  func traces(ofLayer wanted: Int) -> [LayerTrace] {
    if wanted < layer { layer = -1 }
    while layer < wanted {
      layer += 1
      traces = baselines.indices.map { index in
        let entering = layer == 0 ? embedding(of: baselines[index]) : Matrix(copying: traces[index].output(of: .down))
        return trace(baselines[index], entering: entering)
      }
    }
    return traces
  }

  private func embedding(of baseline: Baseline) -> Matrix {
    let residual = Matrix(rows: baseline.length, columns: decoder.configuration.hiddenSize)
    decoder.embed(baseline.sequence, into: residual.view)
    return residual
  }

  private func trace(_ baseline: Baseline, entering residual: Matrix) -> LayerTrace {
    let rows = RowSet(length: baseline.length, firstKept: 0, copies: 1)
    let panel = Panel(configuration: decoder.configuration, capacity: baseline.length)
    panel.residual.view.copy(residual.view.reading)
    let trace = LayerTrace(residual: residual)
    decoder.run(
      layer: layer, rows: rows, panel: panel, context: SequenceAttention(rows: rows, trimmedLayer: nil),
      observer: Recorder(trace: trace))
    return trace
  }

  private struct Recorder: ProductObserver {
    let trace: LayerTrace

    func observe(_ matrix: WeightMatrix, layer: Int, input: MatrixView, output: MutableMatrixView) {
      trace.record(matrix, input: input, output: output)
    }
  }
}

extension WeightMatrix {
  /// The first matrix that reads the same input.
  fileprivate var sharingInput: WeightMatrix {
    switch self {
    case .q, .k, .v: .k  // k is projected first
    case .gate, .up: .gate
    case .o, .down: self
    }
  }
}

extension Matrix {
  fileprivate convenience init(copying source: MatrixView) {
    self.init(rows: source.rows, columns: source.columns)
    view.copy(source)
  }
}

import Basics
import LinearAlgebra
import Perturbations
import Transformer

/// Foretells what mutants do on an input, from gradients of the unmutated model: a backward pass for each probe, for
/// each step and for the loss, whatever the number of mutations.
///
/// A pass costs about three forward passes of the sequence and, for the gradients of the weights, one more. Memory: a
/// tape of the longest sequence, logits of an input, and the gradient of the largest matrix.
final class InputForecaster {
  private let probeCount: Int
  private let seed: UInt64
  private let temperature: Float
  /// Positions of the longest sequence, to which the numbers of probes count.
  private let longest: Int
  private let tape: ForwardTape
  private let reverse: ReversePass
  /// Room for the gradient by a matrix.
  private let gradient: Matrix

  private var pass: ForwardPass { tape.pass }

  /// A forecaster for sequences of at most `longest` tokens by a pass whose tables cover them.
  init(pass: ForwardPass, longest: Int, probeCount: Int, seed: UInt64, temperature: Float) {
    self.probeCount = probeCount
    self.seed = seed
    self.temperature = temperature
    self.longest = longest
    tape = ForwardTape(pass: pass, capacity: longest)
    reverse = ReversePass(tape)
    let shape = pass.shape
    gradient = Matrix(
      rows: 1, columns: shape.matrices.map { shape.shape(of: $0).rows * shape.shape(of: $0).columns }.max() ?? 1)
  }

  /// Bytes of a forecaster.
  static func byteCount(shape: HostShape, longest: Int, stepCount: Int) -> Int {
    let largest = shape.matrices.map { shape.shape(of: $0).rows * shape.shape(of: $0).columns }.max() ?? 0
    return ForwardTape.byteCount(shape: shape, capacity: longest) + longest * ReversePass.bytesPerRow(shape: shape)
      + (largest + 2 * stepCount * shape.vocabularyCount) * MemoryLayout<Float>.stride
  }

  /// Fills the tallies of some matrices with what is foretold on an input; calls `pause` between passes.
  func forecast(_ baseline: Baseline, _ tallies: MatrixTallies, pause: () throws -> Void) rethrows {
    tallies.clear()
    tape.run(
      [baseline.sequence], firstScored: [baseline.firstScored], wholeLengths: [baseline.wholeLength])
    let steps = baseline.stepCount
    let probabilities = StepProbabilities(baseline)
    let logits = Matrix(rows: steps, columns: pass.shape.vocabularyCount)
    for probe in 0..<probeCount {
      let place = (baseline.input * longest + baseline.firstScored) * logits.columns
      probabilities.probe(MixedStream(seed: seed, stream: probe), from: place, into: logits.view)
      reverse.addGradient(atLogits: logits.view.reading, ofScored: 0..<steps)
      pullBack(to: tallies, rows: tape.rows.count, as: .probe)
      try pause()
    }
    let normed = Matrix(rows: 1, columns: pass.shape.hiddenSize)
    for step in 0..<steps {
      let runnerUp = RunnerUp(
        baseline, step: step, temperature: temperature, head: pass.model.head, cap: pass.shape.readout.cap,
        gradient: normed.view)
      reverse.addGradient(atNormed: normed.view.reading, ofScored: step..<step + 1)
      // What comes behind a step does not reach it.
      pullBack(to: tallies, rows: baseline.firstScored + step + 1, as: .step(scale: runnerUp.scale))
      try pause()
    }
    probabilities.loss(into: logits.view)
    reverse.addGradient(atLogits: logits.view.reading, ofScored: 0..<steps)
    pullBack(to: tallies, rows: tape.rows.count, as: .loss)
    tallies.finish(divergenceShare: 0.5 / Float(probeCount) / Float(steps))
  }

  private func pullBack(to tallies: MatrixTallies, rows: Int, as use: GradientUse) {
    let reader = GradientReader(tallies: tallies, rows: rows, use: use, gradient: gradient, workspace: pass.workspace)
    reverse.run(downTo: tallies.lowestLayer, hook: reader)
  }
}

/// Makes the gradients by the matrices, Σ g xᵀ over positions, of what passes by, and hands them to the tallies.
private struct GradientReader: DerivativeHook {
  let tallies: MatrixTallies
  /// Rows of the sequence that gradients can reach.
  let rows: Int
  let use: GradientUse
  let gradient: Matrix
  let workspace: ProductWorkspace

  func places(ofLayer layer: Int) -> Set<Place> { Set(tallies.matrices(ofLayer: layer).map { .product($0) }) }

  func visit(_ visit: DerivativeVisit) {
    guard case .product(let matrix) = visit.place, let input = visit.input else { return }
    let output = visit.derivative
    let product = MutableMatrixView(
      base: gradient.view.base, rows: output.columns, columns: input.columns, stride: input.columns, owner: gradient)
    product.base.update(repeating: 0, count: product.rows * product.columns)
    product.addOuterProducts(of: output.reading[rows: 0..<rows], with: input[rows: 0..<rows], in: workspace)
    tallies.add(product.reading, layer: visit.layer, matrix: matrix, as: use)
  }
}

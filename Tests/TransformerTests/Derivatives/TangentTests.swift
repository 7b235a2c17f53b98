import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Tangents of whole sequences.
@Suite struct TangentTests {
  private func matrix(_ rows: Int, _ columns: Int, _ random: inout SeededNumbers) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    matrix.view.fill(random.floats(rows * columns))
    return matrix
  }

  @Test(arguments: DerivativeVariant.all) func equalCentralDifferences(_ variant: DerivativeVariant) throws {
    let model = try variant.load()
    let reference = DoubleReference(model)
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 16), capacity: 19)
    tape.run(variant.sequences(model))
    var random = SeededNumbers(seed: 12)
    let tangent = matrix(tape.rows.count, model.shape.hiddenSize, &random)
    let pass = TangentPass(tape)
    for layer in 0..<model.shape.layerCount {
      let found = pass.run(tangent.view.reading, from: layer, to: layer + 1).doubles
      let (stream, direction) = (tape.stream(layer).doubles, tangent.view.reading.doubles)
      let exact = Central.derivatives { change in
        reference.block(layer, zip(stream, direction).map { $0 + change * $1 }, rows: tape.rows)
      }
      #expect(found.error(from: exact) < 5e-6, "layer \(layer)")
    }
  }

  /// ⟨u, J v⟩ = ⟨Jᵀ u, v⟩ for the Jacobian of the logits by the embeddings, and of each block.
  @Test(arguments: DerivativeVariant.all) func areTransposesOfGradients(_ variant: DerivativeVariant) throws {
    let model = try variant.load()
    let (shape, tape) = (
      model.shape, ForwardTape(pass: ForwardPass(model: model, positionCount: 16, threads: 2), capacity: 19)
    )
    tape.run(variant.sequences(model), firstScored: [2, 0, 6])
    let (tangents, reverse) = (TangentPass(tape), ReversePass(tape))
    var random = SeededNumbers(seed: 13)
    let (rows, scored) = (tape.rows.count, tape.rows.scored.count)
    let v = matrix(rows, shape.hiddenSize, &random)
    let u = matrix(scored, shape.vocabularyCount, &random)
    let pushed = Matrix(rows: scored, columns: shape.vocabularyCount)
    tangents.run(v.view.reading)
    tangents.logits(ofScored: 0..<scored, into: pushed.view)
    reverse.addGradient(atLogits: u.view.reading, ofScored: 0..<scored)
    let pulled = reverse.run().doubles
    func agree(_ u: [Double], _ jv: [Double], _ ju: [Double], _ v: [Double]) -> Bool {
      abs(u.dot(jv) - ju.dot(v)) < 1e-6 * (u.length * jv.length + ju.length * v.length)
    }
    #expect(agree(u.view.reading.doubles, pushed.view.reading.doubles, pulled, v.view.reading.doubles))
    let w = matrix(rows, shape.hiddenSize, &random)
    for layer in 0..<shape.layerCount {
      let pushed = tangents.run(v.view.reading, from: layer, to: layer + 1).doubles
      // Only what is pulled through this block.
      reverse.addGradient(atStream: layer + 1, w.view.reading)
      let pulled = reverse.run(downTo: layer).doubles
      #expect(agree(w.view.reading.doubles, pushed, pulled, v.view.reading.doubles), "layer \(layer)")
    }
  }

  /// Puts a change of a product's output into the tangents.
  private struct WeightChange: DerivativeHook {
    let layer: Int
    let matrix: WeightMatrix
    let change: Matrix
    let workspace: ProductWorkspace

    func places(ofLayer layer: Int) -> Set<Place> { layer == self.layer ? [.product(matrix)] : [] }

    func visit(_ visit: DerivativeVisit) {
      guard let input = visit.input else { return }
      visit.derivative.assignProduct(
        of: input, withTransposeOf: WeightView(change.view.reading), adding: true, in: workspace)
    }
  }

  /// The tangent of the logits along a change of a matrix, by a hook, is what its gradient says.
  @Test(arguments: [WeightMatrix.k, .o, .up, .down]) func alongAChangeOfAMatrix(_ matrix: WeightMatrix) throws {
    let demo = try Demo()
    let (shape, tokens) = (demo.model.shape, demo.inputs[3].prompt)
    let size = shape.shape(of: matrix)
    var random = SeededNumbers(seed: 14)
    let change = self.matrix(size.rows, size.columns, &random)
    let tape = ForwardTape(pass: ForwardPass(model: demo.model, positionCount: 200), capacity: tokens.count)
    tape.run([tokens])
    let tangents = TangentPass(tape)
    tangents.run(
      nil, hook: WeightChange(layer: 2, matrix: matrix, change: change, workspace: tape.pass.workspace))
    let pushed = Matrix(rows: tokens.count, columns: shape.vocabularyCount)
    tangents.logits(ofScored: 0..<tokens.count, into: pushed.view)
    let u = self.matrix(tokens.count, shape.vocabularyCount, &random)
    let gradients = ParameterGradients(of: [.matrix(matrix, layer: 2)], shape: shape)
    let reverse = ReversePass(tape, parameters: gradients)
    reverse.addGradient(atLogits: u.view.reading, ofScored: 0..<tokens.count)
    reverse.run(downTo: 2)
    let gradient = try #require(gradients[.matrix(matrix, layer: 2)]).view.reading.doubles
    let (one, other) = (
      u.view.reading.doubles.dot(pushed.view.reading.doubles), gradient.dot(change.view.reading.doubles)
    )
    #expect(abs(one - other) < 1e-6 * gradient.length * change.view.reading.doubles.length)
  }
}

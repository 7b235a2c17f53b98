import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer

/// Gradients of weights.
@Suite struct ParameterGradientTests {
  private func parameters(_ shape: HostShape) -> [Parameter] {
    var all: [Parameter] = [.embedding, .head, .finalGain]
    for (layer, block) in shape.blocks.enumerated() {
      all += block.matrices.map { .matrix($0, layer: layer) }
      all += block.matrices.filter { block.product(of: $0).step.hasBias }.map { .bias($0, layer: layer) }
      for (step, norm) in block.steps.enumerated() {
        guard let norm = norm as? Norm else { continue }
        all.append(.gain(step: step, layer: layer))
        if norm.hasBias { all.append(.normBias(step: step, layer: layer)) }
      }
    }
    if shape.readout.norm.hasBias { all.append(.finalBias) }
    return all
  }

  @Test(arguments: DerivativeVariant.all) func equalCentralDifferences(_ variant: DerivativeVariant) throws {
    let model = try variant.load()
    let sequences = variant.sequences(model)
    let all = parameters(model.shape)
    let gradients = ParameterGradients(of: all, shape: model.shape)
    let tape = ForwardTape(pass: ForwardPass(model: model, positionCount: 16), capacity: 19)
    let reverse = ReversePass(tape, parameters: gradients)
    _ = ReversePassTests.pullBackLoss(sequences, reverse)
    let reference = DoubleReference(model)
    var random = SeededNumbers(seed: 9)
    for parameter in all {
      let gradient = try #require(gradients[parameter]).view.reading.doubles
      let length = gradient.length
      #expect(length > 0, "\(parameter)")
      let noise = gradient.map { _ in random.normal() }
      for direction in [gradient.map { $0 / length }, noise.map { $0 / noise.length }] {
        let exact = Central.derivative { change in
          var changed = reference
          let values = changed.parameters[parameter] ?? []
          changed.parameters[parameter] = zip(values, direction).map { $0 + change * $1 }
          return changed.loss(sequences)
        }
        // A bias of keys that do not rotate moves all scores of a row alike: what there is of a gradient is rounding.
        let scale = length < 1e-6 ? 0.02 : length
        #expect(abs(gradient.dot(direction) - exact) < 5e-6 * scale, "\(parameter)")
      }
    }
  }

  /// A sum over two batches is that of each, and one matrix may take embedding and head.
  @Test func sumsGoOn() throws {
    let demo = try Demo()
    let shape = demo.model.shape
    let (one, other) = ([demo.inputs[0].prompt], [demo.inputs[7].prompt])
    let tape = ForwardTape(pass: ForwardPass(model: demo.model, positionCount: 200), capacity: 200)
    func sums(_ batches: [[[Int32]]], tied: Bool = false) -> [Parameter: [Double]] {
      let all = parameters(shape)
      var matrices = Dictionary(
        uniqueKeysWithValues: all.map { parameter -> (Parameter, Matrix) in
          let size = parameter.size(in: shape)
          return (parameter, Matrix(rows: size.rows, columns: size.columns))
        })
      if tied { matrices[.head] = matrices[.embedding] }
      let reverse = ReversePass(tape, parameters: ParameterGradients(matrices, shape: shape))
      for batch in batches { _ = ReversePassTests.pullBackLoss(batch, reverse) }
      return matrices.mapValues { $0.view.reading.doubles }
    }
    let (first, second, both, tied) = (sums([one]), sums([other]), sums([one, other]), sums([one], tied: true))
    for parameter in parameters(shape) {
      let (a, b) = (try #require(first[parameter]), try #require(second[parameter]))
      #expect(try #require(both[parameter]).error(from: zip(a, b).map { $0 + $1 }) < 1e-6, "\(parameter)")
    }
    let (embedding, head) = (try #require(first[.embedding]), try #require(first[.head]))
    #expect(try #require(tied[.head]).error(from: zip(embedding, head).map { $0 + $1 }) < 1e-6)
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let demo = try Demo()
    let sequences = (0..<12).map { demo.inputs[$0].prompt }
    func sums(threads: Int) -> [[Float]] {
      let all = parameters(demo.model.shape)
      let gradients = ParameterGradients(of: all, shape: demo.model.shape)
      let pass = ForwardPass(model: demo.model, positionCount: 200, threads: threads)
      let reverse = ReversePass(ForwardTape(pass: pass, capacity: 2000), parameters: gradients)
      _ = ReversePassTests.pullBackLoss(sequences, reverse)
      return all.map { gradients[$0]?.view.reading.floats ?? [] }
    }
    let one = sums(threads: 1)
    #expect(sums(threads: 2) == one && sums(threads: 4) == one)
  }
}

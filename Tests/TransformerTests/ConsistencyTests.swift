import Hosts
import LinearAlgebra
import Testing
import TestSupport
import Transformer
import Weights

/// The ways of computing one thing agree.
@Suite struct ConsistencyTests {
  @Test func prefillEqualsTokenByTokenBitForBit() throws {
    let demo = try Demo()
    let input = try #require(demo.inputs.last)
    let pass = ForwardPass(model: demo.model, positionCount: input.prompt.count + 32)
    let generation = Generation(pass: pass, sampling: .greedy, stepCount: 32, endTokens: [])
    let generated = generation.continuation(of: input.prompt, input: 0)
    // The same tokens as one panel, beside a sequence that is none of this one's business.
    let sequence = input.prompt + generated.tokens.dropLast()
    let run = Prefill(
      [demo.inputs[0].prompt, sequence], firstScored: [0, input.prompt.count - 1], pass: pass)
    let logits = run.logits()
    for step in 0..<32 {
      let row = logits.view.row(demo.inputs[0].prompt.count + step)
      let choice = Sampling.greedy.choose(row, noise: nil, vocabularyCount: logits.columns)
      #expect(choice == Sampling.Choice(token: generated.tokens[step], margin: generated.margins[step]))
    }
  }

  @Test func piecesOfASequenceEqualTheWholeBitForBit() throws {
    let demo = try Demo()
    let tokens = demo.inputs[3].prompt + demo.inputs[3].continuation
    let pass = ForwardPass(model: demo.model, positionCount: tokens.count)
    let whole = Prefill([tokens], firstScored: [0], pass: pass)
    let shape = demo.model.shape
    let store = KeyValueStore(shape: shape, rows: tokens.count + 5)
    let panel = Panel(shape: shape, capacity: tokens.count)
    var start = 0
    for count in [1, 7, 3, 12, tokens.count - 23] {
      let rows = RowSet([Span(origin: 5, positions: start..<start + count, firstScored: 2)])
      pass.embed(Array(tokens[start..<start + count]), at: rows.positions, into: panel.residual.view)
      for layer in 0..<shape.layerCount {
        let isLast = layer == shape.layerCount - 1
        pass.run(layer: layer, rows: rows, onlyScored: isLast, panel: panel, store: store)
      }
      for (row, position) in rows.scoredPositions.enumerated() {
        let own = UnsafeBufferPointer(start: panel.residual.view.row(row), count: shape.hiddenSize)
        let other = UnsafeBufferPointer(start: whole.residual.row(Int(position)), count: shape.hiddenSize)
        #expect(own.elementsEqual(other), "position \(position)")
      }
      start += count
    }
  }

  @Test func manySequencesDecodeAsEachAlone() throws {
    let demo = try Demo()
    let inputs = demo.oneInputPerTask
    let sampling = Sampling(temperature: 0.8, seed: 7)
    let longest = inputs.map(\.prompt.count).max() ?? 0
    let pass = ForwardPass(model: demo.model, positionCount: longest + 24, threads: 2)
    let generation = Generation(pass: pass, sampling: sampling, stepCount: 24, endTokens: [2])
    let alone = inputs.enumerated().map { generation.continuation(of: $0.element.prompt, input: $0.offset) }
    // Sampling differs from greedy somewhere, or the test would not see the noise.
    #expect(zip(alone, inputs).contains { $0.tokens != Array($1.continuation.prefix($0.tokens.count)) })
    let together = generation.continuations(of: inputs.map(\.prompt), inputs: Array(inputs.indices))
    #expect(together == alone)
  }

  @Test func windowThatCoversEverythingChangesNothing() throws {
    let demo = try Demo()
    var decoder = try GatedDecoder.load(path: Demo.modelPath)
    #expect(decoder.slidingWindow == nil)
    let input = demo.inputs[0]
    func continuation(window: Int?) throws -> Generation.Result {
      decoder.slidingWindow = window
      let model = try Model(shape: decoder.shape, checkpoint: Checkpoint(path: Demo.modelPath))
      let pass = ForwardPass(model: model, positionCount: input.prompt.count + 16)
      return Generation(pass: pass, sampling: .greedy, stepCount: 16, endTokens: [])
        .continuation(of: input.prompt, input: 0)
    }
    let full = try continuation(window: nil)
    #expect(try continuation(window: 256) == full)
    #expect(try continuation(window: 3).margins != full.margins)
  }
}

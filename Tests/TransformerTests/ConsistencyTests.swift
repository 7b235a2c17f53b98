import LinearAlgebra
import TestSupport
import Testing
import Transformer
import Weights

/// The ways of computing one thing agree.
@Suite struct ConsistencyTests {
  /// Rounding of float32 sums in another order, for logits of order ten.
  private let tolerance: Float = 1e-4

  @Test func prefillEqualsTokenByToken() throws {
    let demo = try Demo()
    let input = try #require(demo.inputs.last)
    let decoder = Decoder(model: demo.model, positionCount: input.prompt.count + 32)
    let generation = Generation(decoder: decoder, sampling: .greedy, stepCount: 32, endTokens: [])
    let whole = generation.continuation(of: input.prompt, input: 0)
    // From the first token alone, feeding what follows: the margins at the steps that agree must agree as well.
    let sequence = input.prompt + whole.tokens
    let rows = RowSet(length: sequence.count - 1, firstKept: input.prompt.count - 1, copies: 2)
    let panel = Panel(configuration: demo.model.configuration, capacity: rows.count)
    decoder.embed(Array(sequence.dropLast()) + Array(sequence.dropLast()), into: panel.residual.view)
    let last = demo.model.configuration.layerCount - 1
    for layer in 0...last {
      decoder.run(
        layer: layer, rows: rows, trimming: layer == last, panel: panel,
        context: SequenceAttention(rows: rows, trimmedLayer: last))
    }
    let logits = Matrix(rows: 64, columns: demo.model.configuration.vocabularyCount)
    decoder.logits(of: panel, rows: 0..<64, into: logits.view)
    for row in 0..<64 {
      let choice = Sampling.greedy.choose(logits.view.row(row), noise: nil, vocabularyCount: logits.columns)
      #expect(choice.token == whole.tokens[row % 32])
      #expect(abs(choice.margin - whole.margins[row % 32]) < tolerance)
    }
  }

  @Test func manySequencesDecodeAsEachAlone() throws {
    let demo = try Demo()
    let inputs = demo.oneInputPerTask
    let sampling = Sampling(temperature: 0.8, seed: 7)
    let longest = inputs.map(\.prompt.count).max() ?? 0
    let decoder = Decoder(model: demo.model, positionCount: longest + 24)
    let generation = Generation(decoder: decoder, sampling: sampling, stepCount: 24, endTokens: [2])
    let alone = inputs.enumerated().map { generation.continuation(of: $0.element.prompt, input: $0.offset) }
    // Sampling differs from greedy somewhere, or the test would not see the noise.
    #expect(zip(alone, inputs).contains { $0.tokens != Array($1.continuation.prefix($0.tokens.count)) })
    let starts = inputs.enumerated().map { index, input in
      let prefill = Prefill(
        input.prompt, firstKept: input.prompt.count - 1, capacity: input.prompt.count + 24, decoder: decoder)
      let choice = Sampling.Choice(token: alone[index].tokens[0], margin: alone[index].margins[0])
      return Generation.Start(input: index, step: 0, choice: choice, position: input.prompt.count, cache: prefill.cache)
    }
    let together = generation.extend(
      starts, panel: Panel(configuration: demo.model.configuration, capacity: starts.count))
    #expect(together.map(\.tokens) == alone.map(\.tokens))
  }

  @Test func windowThatCoversEverythingChangesNothing() throws {
    let demo = try Demo()
    var configuration = demo.model.configuration
    #expect(configuration.slidingWindow == nil)
    let input = demo.inputs[0]
    func continuation(window: Int?) throws -> Generation.Result {
      configuration.slidingWindow = window
      let model = try Model(configuration: configuration, checkpoint: Checkpoint(path: Demo.modelPath))
      let decoder = Decoder(model: model, positionCount: input.prompt.count + 16)
      return Generation(decoder: decoder, sampling: .greedy, stepCount: 16, endTokens: [])
        .continuation(of: input.prompt, input: 0)
    }
    let full = try continuation(window: nil)
    #expect(try continuation(window: 256) == full)
    #expect(try continuation(window: 3).margins != full.margins)
  }
}

import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// An edit of regions against a model with the mutation in its file.
struct RegionEditTests {
  private static let prompts: [[Int32]] = [[1, 49, 80, 71, 273, 67, 91, 14], [1, 300, 12, 7]]

  private func logits(_ pass: ForwardPass, _ hook: (any Hook)? = nil) -> [Float] {
    let logits = Prefill(Self.prompts, firstScored: [0, 2], pass: pass, hook: hook).logits().view.reading
    return (0..<logits.rows).flatMap { row in (0..<logits.columns).map { logits[row, $0] } }
  }

  private func pass(_ model: Model) -> ForwardPass { ForwardPass(model: model, positionCount: 32) }

  private func mutation(_ matrix: WeightMatrix, _ rows: Range<Int>, _ columns: Range<Int>, _ kind: Kind) -> Mutation {
    Mutation(region: Region(layer: 1, matrix: matrix, rows: rows, columns: columns), kind: kind)
  }

  @Test(arguments: [WeightMatrix.q, .v, .o, .gate, .down], [Kind.maximum, .scale, .negate])
  func editsAreMutantsBitForBit(matrix: WeightMatrix, kind: Kind) throws {
    let demo = try Demo()
    let force = BruteForce(
      path: Demo.modelPath, original: demo.model, inputs: [], sampling: .greedy, stepCount: 1)
    let mutation = mutation(matrix, 3..<20, 5..<90, kind)
    let pass = pass(demo.model)
    let edit = try RegionEdit([mutation], parameters: force.parameters, seed: force.seed, pass: pass)
    try Places.withTemporaryFolder { folder in
      let mutant = try Model.load(path: try force.write(mutation, into: folder))
      #expect(logits(pass, edit) == logits(self.pass(mutant)))
      #expect(logits(pass, edit) != logits(pass))
      // The same while it decodes.
      let generation = Generation(pass: pass, sampling: .greedy, stepCount: 6, endTokens: [])
      let expected = Generation(pass: self.pass(mutant), sampling: .greedy, stepCount: 6, endTokens: [])
      #expect(
        generation.continuations(of: Self.prompts, branches: [[0], [1]], hook: edit)
          == expected.continuations(of: Self.prompts, inputs: [0, 1]))
    }
  }

  @Test func severalRegionsAreAllMutated() throws {
    let demo = try Demo()
    let pass = pass(demo.model)
    let parts = [(0..<40, 0..<384), (90..<128, 0..<384), (30..<95, 0..<384)].map { mutation(.down, $0.0, $0.1, .zero) }
    let whole = mutation(.down, 0..<128, 0..<384, .zero)
    func edit(_ mutations: [Mutation]) throws -> RegionEdit {
      try RegionEdit(mutations, parameters: KindParameters(), seed: 0, pass: pass)
    }
    let (several, one) = (try edit(parts), try edit([whole]))
    #expect(logits(pass, several) == logits(pass, one))
    // Where two overlap the last one holds.
    let over = [mutation(.up, 2..<9, 4..<50, .maximum), mutation(.up, 0..<20, 0..<128, .zero)]
    let (both, last) = (try edit(over), try edit([over[1]]))
    #expect(logits(pass, both) == logits(pass, last))
  }

  @Test func branchesOfAPromptAreItsContinuations() throws {
    let pass = pass(try Demo().model)
    let generation = Generation(pass: pass, sampling: Sampling(temperature: 1, seed: 3), stepCount: 8, endTokens: [])
    let branched = generation.continuations(of: Self.prompts, branches: [[5, 2, 9], [0, 4]])
    let alone = zip([0, 0, 0, 1, 1], [5, 2, 9, 0, 4]).map {
      generation.continuation(of: Self.prompts[$0], input: $1)
    }
    #expect(branched == alone && Set(branched.map(\.tokens)).count > 2)
    // A closure that chooses as sampling does is sampling.
    let sampling = generation.sampling
    let chosen = Generation(pass: pass, stepCount: 8, endTokens: []) { logits, input, step in
      guard let base = logits.baseAddress else { return Sampling.Choice(token: 0, margin: 0) }
      let noise = sampling.noise(input: input, step: step, vocabularyCount: logits.count)
      return sampling.choose(base, noise: noise, vocabularyCount: logits.count)
    }
    #expect(chosen.continuations(of: Self.prompts, branches: [[5, 2, 9], [0, 4]]) == branched)
  }
}

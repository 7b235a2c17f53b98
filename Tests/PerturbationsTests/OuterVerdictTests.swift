import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

/// Mutants of the embedding and of the head are what brute force says.
@Suite(.serialized) struct OuterVerdictTests {
  /// Compares `count` mutants of the matrices outside of the layers in equal parts, of all kinds.
  private func compare(
    _ name: String, _ bruteForce: BruteForce, region: (Int, Int), count: Int, _ comparison: VerdictComparison
  ) throws -> VerdictComparison.Count {
    let shape = bruteForce.original.shape
    let matrices = shape.outerMatrices
    let plans = matrices.map { matrix in
      let space = MutationSpace(
        shape: shape, region: RegionSize(rows: region.0, columns: region.1), layers: [0], matrices: [matrix],
        kinds: Kind.ofWeights)
      return UnitPlan(
        space: space, sampleCount: (count + matrices.count - 1) / matrices.count, seed: 11,
        parameters: bruteForce.parameters)
    }
    let found = try comparison.compare(
      bruteForce, plans,
      recording: RecordedColumns(text: true, divergence: true, perplexity: true, direction: .none, choices: true))
    comparison.report("\(name), \(matrices.map(\.rawValue).joined(separator: " and "))", found)
    #expect(found.combinations.count == matrices.count * Kind.ofWeights.count)
    return found
  }

  @Test(arguments: [0, 0.7]) func demo(temperature: Float) throws {
    let demo = try Demo()
    let inputs = demo.oneInputPerTask.enumerated().map { (number: $0.offset, prompt: $0.element.prompt) }
    let bruteForce = BruteForce(
      path: Demo.modelPath, original: demo.model, inputs: inputs,
      sampling: temperature > 0 ? Sampling(temperature: temperature, seed: 5) : .greedy, stepCount: 24)
    let count = try compare("demo", bruteForce, region: (40, 20), count: 240, VerdictComparison())
    #expect(count.mutants == 240 && count.nonSilent > count.verdicts / 10 && count.nonSilent < count.verdicts)
    #expect(count.nearTies < count.verdicts / 20)
  }

  /// An embedding and a head apart, in float16.
  @Test func untied() throws {
    let path = Places.root + "/Tests/TransformerTests/Fixtures/llama-untied"
    let reference = try Places.object(path + "/reference.json")
    let prompts = (reference["prompts"] as? [[String: Any]] ?? []).map { $0["tokens"].tokens }
    let bruteForce = BruteForce(
      path: path, original: try Model.load(path: path),
      inputs: prompts.enumerated().map { (number: $0.offset, prompt: $0.element) }, sampling: .greedy, stepCount: 10)
    var comparison = VerdictComparison()
    comparison.letters = [3, 10, 20, 30]
    let count = try compare("llama-untied", bruteForce, region: (3, 5), count: 300, comparison)
    #expect(count.mutants == 300 && count.nonSilent > count.verdicts / 20 && count.nonSilent < count.verdicts)
  }

  /// Every family: learned positions, scales and norms behind the embedding, biases and caps of the head, quantized
  /// tables.
  @Test(
    .enabled(if: SharedHosts.isThere, SharedHosts.absence),
    arguments: SharedHosts.decoders + SharedHosts.unlikeGGUFs)
  func families(_ name: String) throws {
    let bruteForce = try BruteForce(sharedHost: name)
    var comparison = VerdictComparison()
    comparison.letters = [20, 70, 130, 200]
    let count = try compare(name, bruteForce, region: (24, 7), count: 200, comparison)
    #expect(count.mutants >= 200 && count.nonSilent > count.verdicts / 20)
  }

  /// What is kept of baselines, and how large a panel is, changes no bit; a head alone moves no residual stream.
  @Test func whatIsKeptDoesNotMatter() throws {
    let path = Places.root + "/Tests/TransformerTests/Fixtures/llama-untied"
    let model = try Model.load(path: path)
    let generation = Generation(
      pass: ForwardPass(model: model, positionCount: 40), sampling: .greedy, stepCount: 8, endTokens: [])
    let prompts: [[Int32]] = [[3, 4, 5, 6, 7], [9, 8, 9, 8, 3, 3, 20, 21, 22, 23, 24], [11]]
    let space = MutationSpace(
      shape: model.shape, region: RegionSize(rows: 5, columns: 24), layers: [0], matrices: [.embedding, .head],
      kinds: [.maximum, .negate])
    let plan = UnitPlan(space: space)
    #expect(plan.outerMatrices == [.embedding, .head] && plan.units.count == 2)
    func evaluate(text: Bool, panelRows: Int) throws -> [Phenotypes] {
      let baselines = try Baseline.make(
        prompts: prompts, inputs: [0, 1, 2], generation: generation, keepingStores: text)
      let evaluator = UnitEvaluator(
        plan: plan, generation: generation,
        recording: RecordedColumns(text: text, divergence: true, direction: .full), baselines: baselines,
        panelRows: panelRows, seed: 1)
      return try plan.units.map { try evaluator.evaluate($0) }
    }
    let all = try evaluate(text: true, panelRows: 1000)
    for others in [try evaluate(text: false, panelRows: 1000), try evaluate(text: true, panelRows: 1)] {
      for (one, other) in zip(all, others) {
        #expect(one.firstChange == other.firstChange && one.margin == other.margin)
        #expect(one.divergence == other.divergence && one.direction == other.direction)
        #expect(one.response == other.response)
      }
    }
    #expect(all[0].direction.contains { $0 != 0 } && all[0].firstChange.contains { $0 >= 0 })
    #expect(all[1].direction.allSatisfy { $0 == 0 } && all[1].response.allSatisfy { $0 == 0 })
    #expect(all[1].firstChange.contains { $0 >= 0 } && all[1].divergence.contains { $0 > 0 })
    // Rows of no token that is read begin nothing otherwise.
    let unread = (0..<plan.units[0].positions.count).filter { row in
      let rows = plan.mutation(at: row).region.rows
      return all[0].divergence[row * 3..<(row + 1) * 3].allSatisfy { abs($0) < 1e-12 } && !rows.contains(3)
    }
    #expect(!unread.isEmpty)
  }
}

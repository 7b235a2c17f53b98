import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// Mutants that compute beyond float32 are not silent, whichever way their choices are found.
@Suite(.serialized) struct OverflowTests {
  /// Weights are about a tenth: scaled by this they are numbers, but not what is computed from them.
  private static let parameters = BruteForce.parameters(scale: 2e38, noise: 1)
  private static let seed: UInt64 = 0x1234_5678_9abc_def0
  private static let none = UnitEvaluator.Savings(earlyVerdicts: false, headScreen: false)

  private let demo: Demo
  private let inputs: [(number: Int, prompt: [Int32])]

  init() throws {
    demo = try Demo()
    inputs = demo.oneInputPerTask.prefix(4).enumerated().map { (number: $0.offset, prompt: $0.element.prompt) }
  }

  private func generation(_ sampling: Sampling) -> Generation {
    let longest = inputs.map(\.prompt.count).max() ?? 1
    return Generation(
      pass: ForwardPass(model: demo.model, positionCount: longest + 24), sampling: sampling, stepCount: 24,
      endTokens: demo.model.shape.endTokens)
  }

  private func baselines(_ generation: Generation) throws -> [Baseline] {
    try Baseline.make(
      prompts: inputs.map(\.prompt), inputs: inputs.map(\.number), generation: generation, keepingStores: true)
  }

  private var plan: UnitPlan {
    let configuration = demo.model.shape
    return UnitPlan(
      space: MutationSpace(
        shape: configuration, region: RegionSize(rows: 32, columns: 64),
        layers: Array(0..<configuration.layerCount), matrices: WeightMatrix.ofBlocks, kinds: [.zero, .scale]),
      sampleCount: 160, seed: 4, parameters: OverflowTests.parameters)
  }

  private func evaluate(
    _ generation: Generation, _ baselines: [Baseline], _ recording: RecordedColumns,
    _ savings: UnitEvaluator.Savings = .all
  ) throws -> [Phenotypes] {
    let evaluator = UnitEvaluator(
      plan: plan, generation: generation, recording: recording, baselines: baselines, panelRows: 1500,
      seed: OverflowTests.seed, savings: savings)
    return try plan.units.map { try evaluator.evaluate($0) }
  }

  /// Bit for bit, as not all of them are numbers.
  private func bytes(_ phenotypes: [Phenotypes]) -> [[UInt8]] {
    phenotypes.map { $0.bytes(rows: 0..<$0.mutationCount) }
  }

  @Test(arguments: [Sampling.greedy, Sampling(temperature: 0.8, seed: 3)])
  func savingsChangeNothing(_ sampling: Sampling) throws {
    let generation = generation(sampling)
    let baselines = try baselines(generation)
    let text = RecordedColumns(text: true, divergence: false, direction: .none)
    let bare = RecordedColumns(text: false, divergence: false, direction: .none)
    let full = try evaluate(generation, baselines, text, OverflowTests.none)
    let notNumbers = full.flatMap { unit in
      unit.margin.indices.filter { unit.margin[$0].isNaN }.map { unit.firstChange[$0] }
    }
    #expect(notNumbers.count > 20 && notNumbers.allSatisfy { $0 >= 0 })
    #expect(full.contains { $0.firstChange.contains(-1) } && full.contains { $0.margin.contains { $0.isFinite } })
    for savings in [
      UnitEvaluator.Savings(earlyVerdicts: true, headScreen: false), .init(earlyVerdicts: false, headScreen: true),
      .all,
    ] {
      #expect(try bytes(evaluate(generation, baselines, text, savings)) == bytes(full))
      let verdicts = try evaluate(generation, baselines, bare, savings)
      #expect(verdicts.map(\.firstChange) == full.map(\.firstChange))
      #expect(verdicts.flatMap(\.margin).map(\.bitPattern) == full.flatMap(\.margin).map(\.bitPattern))
    }
    // With scores compared at every step, and the way through the residual stream recorded.
    let all = try evaluate(generation, baselines, RecordedColumns(text: true, divergence: true, direction: .full))
    #expect(all.map(\.firstChange) == full.map(\.firstChange) && all.map(\.tokens) == full.map(\.tokens))
    for unit in all {
      for place in unit.margin.indices where unit.margin[place].isNaN { #expect(unit.divergence[place].isNaN) }
    }
  }

  /// What such a mutant says, and where its scores cease to be numbers, is what generating with the scaled weights
  /// gives.
  @Test func whatTheySayIsWhatBruteForceSays() throws {
    let bruteForce = BruteForce(
      path: Demo.modelPath, original: demo.model, inputs: inputs, sampling: .greedy, stepCount: 24,
      parameters: OverflowTests.parameters)
    let generation = generation(.greedy)
    let baselines = try baselines(generation)
    let phenotypes = try evaluate(
      generation, baselines, RecordedColumns(text: true, divergence: false, direction: .none))
    var (compared, equal) = (0, 0)
    for (unit, found) in zip(plan.units, phenotypes) {
      for (row, mutation) in plan.mutations(of: unit).enumerated() where mutation.kind == .scale && row % 3 == 0 {
        let outcomes = try bruteForce.outcomes(of: mutation, baselines: baselines.map(\.continuation))
        for (input, outcome) in outcomes.enumerated() {
          let place = row * found.inputCount + input
          guard found.margin[place].isNaN else { continue }
          let step = Int(found.firstChange[place])
          compared += 1
          let own = found.tokens[place * found.stepCount..<(place + 1) * found.stepCount].filter { $0 >= 0 }
          let first = outcome.margins.firstIndex { $0.isNaN }
          if own == outcome.continuation, first == step { equal += 1 }
        }
      }
    }
    print("mutants whose scores are not numbers: \(equal) of \(compared) say what brute force says")
    #expect(compared > 20 && equal == compared)
  }
}

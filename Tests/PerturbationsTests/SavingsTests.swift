import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// What is left out changes nothing, bit for bit.
@Suite(.serialized) struct SavingsTests {
  private let bare = RecordedColumns(text: false, divergence: false, direction: .none)

  private func evaluate(
    _ model: Model, prompts: [[Int32]], region: Int, sample: Int, recording: RecordedColumns,
    savings: UnitEvaluator.Savings, panelRows: Int, threads: Int = 1, sampling: Sampling = .greedy
  ) throws -> [Phenotypes] {
    let longest = prompts.map(\.count).max() ?? 1
    let generation = Generation(
      pass: ForwardPass(
        model: model, positionCount: longest + 32, threads: threads, quantizingHead: savings.headScreen),
      sampling: sampling, stepCount: 32,
      endTokens: model.shape.endTokens)
    let baselines = try Baseline.make(
      prompts: prompts, inputs: Array(prompts.indices), generation: generation, keepingStores: recording.text,
      rows: panelRows)
    let configuration = model.shape
    let plan = UnitPlan(
      space: MutationSpace(
        shape: configuration, region: RegionSize(rows: region, columns: region),
        layers: Array(0..<configuration.layerCount), matrices: WeightMatrix.ofBlocks, kinds: Kind.usual),
      sampleCount: sample, seed: 3)
    let evaluator = UnitEvaluator(
      plan: plan, generation: generation, recording: recording, baselines: baselines,
      letters: recording.choices ? prompts.indices.map { $0 == 1 ? [] : [40, 50, 60, 70] } : [], panelRows: panelRows,
      seed: 0, savings: savings)
    return try plan.units.map { try evaluator.evaluate($0) }
  }

  private let none = UnitEvaluator.Savings(earlyVerdicts: false, headScreen: false)

  @Test func everySavingAloneAndTogether() throws {
    let demo = try Demo()
    let prompts = demo.oneInputPerTask.map(\.prompt)
    func evaluate(_ recording: RecordedColumns, _ savings: UnitEvaluator.Savings, rows: Int = 2000) throws
      -> [Phenotypes]
    {
      try self.evaluate(
        demo.model, prompts: prompts, region: 16, sample: 300, recording: recording, savings: savings,
        panelRows: rows)
    }
    for text in [false, true] {
      let recording = RecordedColumns(text: text, divergence: false, direction: .none, choices: true)
      let full = try evaluate(recording, none)
      // The second input has no choices.
      #expect(
        full.allSatisfy { phenotypes in
          phenotypes.choice.indices.allSatisfy {
            (phenotypes.choice[$0] == LetterChoice.none) == ($0 % phenotypes.inputCount == 1)
          }
        })
      #expect(full.contains { $0.firstChange.contains { $0 > 8 } } && full.contains { $0.firstChange.contains(-1) })
      #expect(try evaluate(recording, .init(earlyVerdicts: true, headScreen: false)) == full)
      #expect(try evaluate(recording, .init(earlyVerdicts: false, headScreen: true)) == full)
      #expect(try evaluate(recording, .all) == full)
    }
  }

  @Test func panelsAndThreadsOfAnySize() throws {
    let demo = try Demo()
    let prompts = demo.oneInputPerTask.prefix(5).map(\.prompt)
    for recording in [RecordedColumns(text: true, divergence: true, direction: .full), bare] {
      let whole = try evaluate(
        demo.model, prompts: prompts, region: 32, sample: 120, recording: recording, savings: .all, panelRows: 5000)
      for (rows, threads) in [(1, 1), (333, 1), (2500, 2)] {
        let other = try evaluate(
          demo.model, prompts: prompts, region: 32, sample: 120, recording: recording, savings: .all, panelRows: rows,
          threads: threads)
        #expect(other == whole, "\(rows) rows, \(threads) threads")
      }
    }
  }

  @Test func samplingIsNotScreened() throws {
    let demo = try Demo()
    let prompts = demo.oneInputPerTask.prefix(3).map(\.prompt)
    let sampling = Sampling(temperature: 0.7, seed: 2)
    let full = try evaluate(
      demo.model, prompts: prompts, region: 32, sample: 100, recording: bare, savings: none, panelRows: 2000,
      sampling: sampling)
    let saved = try evaluate(
      demo.model, prompts: prompts, region: 32, sample: 100, recording: bare, savings: .all, panelRows: 700,
      sampling: sampling)
    #expect(full == saved)
  }

  @Test(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)))
  func interleavedHeadsAndGroups() throws {
    let model = try Model.load(path: Places.sharedData + "/stories260K/stories260K.bin")
    let prompts: [[Int32]] = [[1, 403, 407, 261, 378], [1, 410], [1, 288, 300, 301, 302, 303, 304, 305]]
    let full = try evaluate(
      model, prompts: prompts, region: 8, sample: 400, recording: bare, savings: none, panelRows: 2000)
    #expect(
      try evaluate(model, prompts: prompts, region: 8, sample: 400, recording: bare, savings: .all, panelRows: 900)
        == full)
    // Regions that cover parts of several heads.
    let odd = try evaluate(
      model, prompts: prompts, region: 12, sample: 200, recording: bare, savings: none, panelRows: 2000)
    #expect(
      try evaluate(model, prompts: prompts, region: 12, sample: 200, recording: bare, savings: .all, panelRows: 500)
        == odd)
  }
}

import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer

/// The verdict of an edit of units is what a model says whose activations are edited at every position, step by step
/// and from scratch.
@Suite struct EditVerdictTests {
  private let steps = 6

  /// Greedy tokens and their margins with a hook on every pass; nothing is kept from step to step.
  private func continuation(of prompt: [Int32], _ pass: ForwardPass, _ hook: any Hook) -> (
    tokens: [Int32], least: Float
  ) {
    var (tokens, least) = (prompt, Float.infinity)
    for _ in 0..<steps {
      let logits = Prefill([tokens], firstScored: [tokens.count - 1], pass: pass, hook: hook).logits().view
      let order = (0..<logits.columns).sorted { logits[0, $0] > logits[0, $1] }
      least = min(least, logits[0, order[0]] - logits[0, order[1]])
      tokens.append(Int32(order[0]))
    }
    return (Array(tokens.dropFirst(prompt.count)), least)
  }

  /// Numbers of the size of activations, different for each layer and unit.
  private func values(_ shape: HostShape, _ matrix: WeightMatrix) -> [[Float]] {
    let width = shape.shape(of: matrix).columns
    return (0..<shape.layerCount).map { layer in
      (0..<width).map { unit in Float((unit * 7 + layer * 3) % 11 - 5) / 4 }
    }
  }

  @Test(arguments: [(WeightMatrix.o, Site.attentionOutput, 32), (.down, .mlpHidden, 24)])
  func heldUnits(_ matrix: WeightMatrix, _ site: Site, _ block: Int) throws {
    let demo = try Demo()
    let shape = demo.model.shape
    let prompts = demo.oneInputPerTask.prefix(3).map(\.prompt)
    let pass = ForwardPass(model: demo.model, positionCount: (prompts.map(\.count).max() ?? 1) + steps)
    let generation = Generation(pass: pass, sampling: .greedy, stepCount: steps, endTokens: [])
    let baselines = try Baseline.make(
      prompts: Array(prompts), inputs: Array(prompts.indices), generation: generation, keepingStores: true)
    var parameters = KindParameters()
    let held = values(shape, matrix)
    parameters.units[.unitMean] = UnitValues([matrix: held])
    let space = MutationSpace(
      shape: shape, region: RegionSize(rows: nil, columns: block), layers: [0, shape.layerCount - 1],
      matrices: [matrix], kinds: [.zero, .unitMean])
    let plan = UnitPlan(space: space, sampleCount: 8, seed: 3, parameters: parameters)
    let evaluator = UnitEvaluator(
      plan: plan, generation: generation,
      recording: RecordedColumns(text: true, divergence: true, direction: .none, choices: false), baselines: baselines,
      letters: baselines.map { _ in [] }, panelRows: 500, seed: 0)
    var changed = 0
    for unit in plan.units {
      let phenotypes = try evaluator.evaluate(unit)
      for (row, mutation) in plan.mutations(of: unit).enumerated() {
        let region = mutation.region
        var units = [[Int32]](repeating: [], count: shape.layerCount)
        units[region.layer] = region.columns.map(Int32.init)
        let edit = UnitEdit(site, units: units, by: mutation.kind == .zero ? .zero : .constants(held))
        for (input, prompt) in prompts.enumerated() {
          let (tokens, least) = continuation(of: prompt, pass, edit)
          let change = tokens.indices.first { tokens[$0] != baselines[input].continuation[$0] } ?? -1
          changed += change >= 0 ? 1 : 0
          let own = Int(phenotypes.firstChange[row * phenotypes.inputCount + input])
          #expect(own == change || least < 1e-4, "\(mutation) on input \(input): \(own), by brute force \(tokens)")
        }
      }
    }
    #expect(changed > 0, "some edit changes something")
  }

  @Test func unitsHeldAtWhatTheyAreChangeNothing() throws {
    let none = UnitEdit(.mlpHidden, units: Array(repeating: [], count: 4))
    #expect((0..<4).allSatisfy { none.places(ofLayer: $0).isEmpty }, "a mask of ones touches no row")
  }
}

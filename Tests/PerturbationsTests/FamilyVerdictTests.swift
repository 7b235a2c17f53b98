import Foundation
import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

/// Mutants of a tiny model of every family, in the folder of shared hosts.
@Suite(.serialized, .enabled(if: SharedHosts.isThere, SharedHosts.absence)) struct FamilyVerdictTests {
  /// Verdict, text and divergence of mutants of all matrices, layers and kinds by rewritten weights.
  @Test(arguments: SharedHosts.decoders + SharedHosts.unlikeGGUFs) func mutantsEqualBruteForce(_ name: String) throws {
    let bruteForce = try BruteForce(sharedHost: name)
    var comparison = VerdictComparison()
    comparison.letters = [20, 70, 130, 200]
    let matrixCount = bruteForce.original.shape.matrices.count
    let count = try comparison.compare(
      bruteForce, region: (3, 5), perMatrix: (200 + matrixCount - 1) / matrixCount,
      recording: RecordedColumns(text: true, divergence: true, perplexity: true, direction: .none, choices: true))
    comparison.report(name, count)
    #expect(count.mutants >= 200 && count.nonSilent > count.verdicts / 20)
  }

  /// Regions of logical matrices against brute force by transformers in float64.
  @Test(arguments: SharedHosts.decoders) func mutantsEqualTheReference(_ name: String) throws {
    let path = SharedHosts.path + "/" + name
    let document = try Places.object(path + "/reference.json")
    let prompts = (document["prompts"] as? [[String: Any]] ?? []).map { $0["tokens"].tokens }
    let mutants = (document["mutants"] as? [String: Any])?["list"] as? [[String: Any]] ?? []
    try #require(mutants.count == 36)
    let model = try Model.load(path: path)
    let steps = try #require(document["steps"] as? Int)
    let longest = prompts.map(\.count).max() ?? 1
    let generation = Generation(
      pass: ForwardPass(model: model, positionCount: longest + steps), sampling: .greedy, stepCount: steps,
      endTokens: [])
    let baselines = try Baseline.make(
      prompts: prompts, inputs: Array(prompts.indices), generation: generation, keepingStores: false)
    var (verdicts, equal, ties, worst) = (0, 0, 0, 0.0)
    for mutant in mutants {
      func number(_ key: String) -> Int { mutant[key] as? Int ?? -1 }
      let matrix = try #require(WeightMatrix(rawValue: mutant["matrix"] as? String ?? ""))
      let kind = try #require(Kind.ofWeights.first { $0.rawValue == mutant["kind"] as? String })
      let region = Region(
        layer: number("layer"), matrix: matrix, rows: number("row")..<number("row") + number("rows"),
        columns: number("column")..<number("column") + number("columns"))
      var list = MutationList()
      list.append(Mutation(region: region, kind: kind))
      let plan = UnitPlan(list: list)
      let evaluator = UnitEvaluator(
        plan: plan, generation: generation,
        recording: RecordedColumns(text: false, divergence: true, direction: .none), baselines: baselines,
        panelRows: 1000, seed: 0)
      let phenotypes = try evaluator.evaluate(plan.units[0])
      let (changes, margins) = (mutant["first_change"] as? [Int] ?? [], mutant["margin"].floats)
      for (input, divergence) in mutant["divergence"].floats.enumerated() {
        guard margins[input] >= 2e-4 else {
          ties += 1
          continue
        }
        verdicts += 1
        let isEqual = Int(phenotypes.firstChange[input]) == changes[input]
        if isEqual { equal += 1 }
        #expect(isEqual, "\(mutant) on input \(input): \(phenotypes.firstChange[input])")
        if divergence > 1e-3 { worst = max(worst, Double(abs(phenotypes.divergence[input] / divergence - 1))) }
      }
    }
    #expect(worst < 2e-3)
    print(
      "\(name): \(equal) of \(verdicts) verdicts of the reference, \(ties) too near a tie, divergence within \(worst)")
  }
}

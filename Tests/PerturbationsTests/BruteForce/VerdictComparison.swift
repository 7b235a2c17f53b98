import Foundation
import LinearAlgebra
import Perturbations
import Testing
import Transformer

/// Mutants of a model, evaluated and by brute force.
struct VerdictComparison {
  /// Scores that differ by less may be ordered otherwise by the rounding of sums: about 100 units in the last place of
  /// a logit of order ten.
  private let tie: Float = 1e-4
  /// Divergences agree to this, relatively.
  var relative = 1e-4
  /// Logits are float32: their rounding, of order r = 2e-6 · √steps, moves a divergence D by about r · √(2 D), which
  /// for small D is more than the relative tolerance.
  private let logitRounding = 2e-6
  /// What log-probabilities may differ by: they carry the rounding of logits of order ten, some 1e-5, and that of a
  /// float32.
  var perplexityRounding = 2e-5

  /// Tokens that stand for the letters of choices.
  var letters: [Int32] = [261, 70, 300, 90]

  struct Count {
    var mutants = 0
    var verdicts = 0
    /// Units with a null mutant, each evaluated twice: a null mutant that says anything ends the evaluation.
    var units = 0
    var nonSilent = 0
    var nearTies = 0
    var nearTiesOtherwise = 0
    var combinations: Set<String> = []
    var worstRelative = 0.0
    var worstPerplexity = 0.0
    /// How often each choice is made.
    var choices = [0, 0, 0, 0]
  }

  /// Draws `perMatrix` mutations of every matrix, of all kinds and layers, and compares each on every input.
  func compare(
    _ bruteForce: BruteForce, region: (Int, Int), perMatrix: Int, recording: RecordedColumns
  ) throws -> Count {
    let shape = bruteForce.original.shape
    let plans = shape.matrices.map { matrix in
      let space = MutationSpace(
        shape: shape, region: RegionSize(rows: region.0, columns: region.1), layers: Array(0..<shape.layerCount),
        matrices: [matrix], kinds: Kind.ofWeights)
      return UnitPlan(space: space, sampleCount: perMatrix, seed: 11, parameters: bruteForce.parameters)
    }
    return try compare(bruteForce, plans, recording: recording)
  }

  /// Compares every mutant of some plans on every input.
  func compare(_ bruteForce: BruteForce, _ plans: [UnitPlan], recording: RecordedColumns) throws -> Count {
    let generation = bruteForce.generation(bruteForce.original.masked(by: bruteForce.masks))
    let baselines = try Baseline.make(
      prompts: bruteForce.inputs.map(\.prompt), inputs: bruteForce.inputs.map(\.number), generation: generation,
      keepingStores: true)
    var count = Count()
    for plan in plans {
      let evaluator = UnitEvaluator(
        plan: plan, generation: generation, recording: recording, baselines: baselines,
        letters: baselines.map { _ in letters }, panelRows: 1000, seed: bruteForce.seed)
      // The same without what a verdict does not need: nothing may differ.
      let bare = UnitEvaluator(
        plan: plan, generation: generation,
        recording: RecordedColumns(text: true, divergence: false, direction: .none, choices: true),
        baselines: baselines,
        letters: baselines.map { _ in letters }, panelRows: 3000, seed: bruteForce.seed)
      for unit in plan.units {
        count.units += 1
        let phenotypes = try evaluator.evaluate(unit)
        let other = try bare.evaluate(unit)
        #expect(other.firstChange == phenotypes.firstChange && other.margin == phenotypes.margin)
        #expect(other.tokens == phenotypes.tokens && other.choice == phenotypes.choice)
        for (row, mutation) in plan.mutations(of: unit).enumerated() {
          count.mutants += 1
          count.combinations.insert("\(mutation.region.layer) \(mutation.region.matrix) \(mutation.kind)")
          let pair = plan.pair(at: unit.positions.lowerBound + row)
          let second = pair.flatMap { plan.pairs?.singles[$0.second] }
          let mutations = [mutation] + [second].compactMap { $0 }
          let outcomes = try bruteForce.outcomes(of: mutations, baselines: baselines.map(\.continuation))
          for (input, outcome) in outcomes.enumerated() {
            check(outcome, phenotypes, row: row, input: input, baseline: baselines[input], mutation, &count)
          }
        }
      }
    }
    return count
  }

  private func check(
    _ outcome: BruteForce.Outcome, _ phenotypes: Phenotypes, row: Int, input: Int, baseline: Baseline,
    _ mutation: Mutation, _ count: inout Count
  ) {
    count.verdicts += 1
    let place = row * phenotypes.inputCount + input
    let own = phenotypes.firstChange[place]
    let tokens = phenotypes.tokens[place * phenotypes.stepCount..<(place + 1) * phenotypes.stepCount].filter { $0 >= 0 }
    let change = outcome.continuation.indices.first {
      $0 >= baseline.continuation.count || outcome.continuation[$0] != baseline.continuation[$0]
    }
    let isEqual = Int(own) == change ?? -1 && tokens == (change == nil ? [] : outcome.continuation)
    // A verdict may be tied up to its first change, a text at any step up to where the two part.
    let parting = outcome.continuation.indices.first { $0 >= tokens.count || outcome.continuation[$0] != tokens[$0] }
    let isTextTied = Int(own) == change ?? -1 && own >= 0 && parting.map { outcome.margins[$0] < tie } ?? false
    if phenotypes.margin[place] < tie || isTextTied {
      count.nearTies += 1
      if !isEqual { count.nearTiesOtherwise += 1 }
    } else {
      #expect(isEqual, "\(mutation) on input \(input): \(own) \(tokens), by brute force \(outcome.continuation)")
    }
    if own >= 0 { count.nonSilent += 1 }
    let divergence = Double(phenotypes.divergence[place])
    let allowed = relative * outcome.divergence + logitRounding * (2 * outcome.divergence).squareRoot() + 1e-11
    #expect(abs(divergence - outcome.divergence) <= allowed, "\(divergence) \(outcome.divergence) \(mutation)")
    let scores = letters.map { outcome.firstLogProbabilities[Int($0)] }
    let order = letters.indices.sorted { scores[$0] > scores[$1] }
    let isTied = scores[order[0]] - scores[order[1]] < Double(tie)
    #expect(isTied || Int(phenotypes.choice[place]) == order[0], "\(mutation) on input \(input): \(scores)")
    count.choices[Int(phenotypes.choice[place])] += 1
    let loss = Double(phenotypes.logPerplexityChange[place])
    let error = abs(loss - outcome.logPerplexityChange)
    #expect(
      error <= perplexityRounding + 1e-5 * abs(outcome.logPerplexityChange), "\(loss) \(outcome.logPerplexityChange)")
    count.worstPerplexity = max(count.worstPerplexity, error)
    if outcome.divergence > 1e-3 {
      count.worstRelative = max(count.worstRelative, abs(divergence / outcome.divergence - 1))
    }
  }

  func report(_ name: String, _ count: Count) {
    print(
      "\(name): \(count.mutants) mutants in \(count.combinations.count) combinations of layer, matrix and kind, "
        + "\(count.verdicts) verdicts and continuations, \(count.nonSilent) non-silent, "
        + "\(count.verdicts - count.nearTiesOtherwise) equal to brute force, \(count.nearTiesOtherwise) of "
        + "\(count.nearTies) near ties otherwise, \(count.units) null mutants silent; "
        + "divergence above 1e-3 within \(count.worstRelative) relative, "
        + "log of the perplexity within \(count.worstPerplexity) nats; choices \(count.choices)")
  }
}

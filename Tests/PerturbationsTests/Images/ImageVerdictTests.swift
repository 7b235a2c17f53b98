import Foundation
import Hosts
import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer
import Weights

/// Mutants of vision transformers: their verdict is a class, the only step.
@Suite(.serialized) struct ImageVerdictTests {
  /// Scores that differ by less may be ordered otherwise by the rounding of sums.
  private let tie: Float = 1e-4

  private func generation(_ model: Model) -> Generation {
    Generation(
      pass: ForwardPass(model: model, positionCount: model.shape.contextLength + 1), sampling: .greedy, stepCount: 1,
      endTokens: [])
  }

  /// `[image][class]`, from scratch.
  private func logits(_ model: Model, _ images: [Prompt]) -> [[Double]] {
    let last = images.map { _ in model.shape.contextLength - 1 }
    let logits = Prefill(images, firstScored: last, pass: generation(model).pass).logits().view.reading
    return (0..<logits.rows).map { row in (0..<logits.columns).map { Double(logits[row, $0]) } }
  }

  private func divergence(_ own: [Double], _ other: [Double]) -> Double {
    func logProbabilities(_ scores: [Double]) -> [Double] {
      let top = scores.max() ?? 0
      let logSum = top + log(scores.reduce(0) { $0 + exp($1 - top) })
      return scores.map { $0 - logSum }
    }
    return zip(logProbabilities(own), logProbabilities(other)).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
  }

  // MARK: Brute force

  private struct Count {
    var (mutants, verdicts, nonSilent, ties) = (0, 0, 0, 0)
    var worst = 0.0
    var combinations: Set<String> = []
  }

  /// Verdict, class and divergence of mutants of all matrices, layers and kinds by rewritten weights, from scratch.
  /// Each unit has a null mutant besides, and an evaluator throws unless that is silent.
  private func compare(_ path: String, _ images: [Prompt]) throws {
    let model = try Model.load(path: path)
    let bruteForce = BruteForce(path: path, original: model, inputs: [], sampling: .greedy, stepCount: 1)
    let generation = generation(model)
    let baselines = try Baseline.make(
      prompts: images, inputs: Array(images.indices), generation: generation, keepingStores: true)
    let scores = logits(model, images)
    let perMatrix = (200 + model.shape.matrices.count - 1) / model.shape.matrices.count
    var count = Count()
    for matrix in model.shape.matrices {
      let space = MutationSpace(
        shape: model.shape, region: RegionSize(rows: 3, columns: 5), layers: Array(0..<model.shape.layerCount),
        matrices: [matrix], kinds: Kind.ofWeights)
      let plan = UnitPlan(space: space, sampleCount: perMatrix, seed: 3, parameters: bruteForce.parameters)
      func evaluator(_ recording: RecordedColumns, rows: Int) -> UnitEvaluator {
        UnitEvaluator(
          plan: plan, generation: generation, recording: recording, baselines: baselines, panelRows: rows,
          seed: bruteForce.seed)
      }
      let all = evaluator(RecordedColumns(text: true, divergence: true, direction: .full), rows: 100)
      let bare = evaluator(RecordedColumns(text: false, divergence: false, direction: .none), rows: 1000)
      for unit in plan.units {
        let (phenotypes, other) = (try all.evaluate(unit), try bare.evaluate(unit))
        #expect(other.firstChange == phenotypes.firstChange && other.margin == phenotypes.margin)
        for (row, mutation) in plan.mutations(of: unit).enumerated() {
          count.mutants += 1
          count.combinations.insert("\(mutation.region.layer) \(matrix) \(mutation.kind)")
          let mutated = try Places.withTemporaryFolder { folder in
            logits(try Model.load(path: try bruteForce.write(mutation, into: folder)), images)
          }
          for input in images.indices {
            check(phenotypes, row * images.count + input, baselines[input], scores[input], mutated[input], &count)
          }
        }
      }
    }
    report(path, count)
  }

  private func report(_ path: String, _ count: Count) {
    #expect(count.mutants >= 200 && count.nonSilent > count.verdicts / 20)
    print(
      "\(URL(fileURLWithPath: path).lastPathComponent): \(count.mutants) mutants in \(count.combinations.count) "
        + "combinations of layer, matrix and kind, \(count.verdicts) verdicts, \(count.nonSilent) non-silent, all but "
        + "\(count.ties) near ties compared with brute force; divergence above 1e-3 within \(count.worst)")
  }

  private func check(
    _ phenotypes: Phenotypes, _ place: Int, _ baseline: Baseline, _ own: [Double], _ mutated: [Double],
    _ count: inout Count
  ) {
    let sorted = mutated.sorted(by: >)
    let chosen = Int32(mutated.firstIndex(of: sorted[0]) ?? -1)
    let isChanged = chosen != baseline.continuation[0]
    count.verdicts += 1
    if isChanged { count.nonSilent += 1 }
    if phenotypes.margin[place] < tie {
      count.ties += 1
    } else {
      #expect(phenotypes.firstChange[place] == (isChanged ? 0 : -1))
      #expect(phenotypes.tokens[place] == (isChanged ? chosen : -1))
      #expect(abs(Double(phenotypes.margin[place]) - (sorted[0] - sorted[1])) < 1e-4)
    }
    let (expected, found) = (divergence(own, mutated), Double(phenotypes.divergence[place]))
    // Of logits of order ten, rounded to float32.
    #expect(abs(found - expected) <= 1e-4 * expected + 2e-6 * (2 * expected).squareRoot() + 1e-11)
    if expected > 1e-3 { count.worst = max(count.worst, abs(found / expected - 1)) }
  }

  @Test func mutantsEqualBruteForce() throws {
    try Places.withTemporaryFolder { folder in
      let path = folder + "/tiny"
      try TinyImageHost().write(to: path)
      try compare(path, TinyImageHost.images(4).map(Prompt.image))
    }
  }

  @Test(.enabled(if: SharedHosts.isThere, SharedHosts.absence), arguments: ["vit", "vit-timm"])
  func mutantsOfSharedHostsEqualBruteForce(_ name: String) throws {
    try compare(SharedHosts.path + "/" + name, try images(of: name))
  }

  private func images(of name: String) throws -> [Prompt] {
    let file = try SafetensorsFile(path: SharedHosts.path + "/\(name)/images.safetensors")
    let pixels = try file.tensor(named: "pixel_values")
    let size = ImageSize(channels: pixels.shape[1], height: pixels.shape[2], width: pixels.shape[3])
    return (0..<pixels.rows).map { row in
      var values = [Float](repeating: 0, count: size.valueCount)
      pixels.widen(rows: row..<row + 1, into: &values)
      return .image(Image(size: size, values: values))
    }
  }

  // MARK: References

  /// Regions of logical matrices against brute force by transformers in float64.
  @Test(
    .enabled(if: SharedHosts.isThere, SharedHosts.absence), arguments: ["vit", "vit-timm", "vit-digits"])
  func mutantsEqualTheReference(_ name: String) throws {
    let document = try Places.object(SharedHosts.path + "/\(name)/reference.json")
    let mutants = (document["mutants"] as? [String: Any])?["list"] as? [[String: Any]] ?? []
    try #require(mutants.count >= 36)
    let model = try Model.load(path: SharedHosts.path + "/" + name)
    let images = try images(of: name)
    let generation = generation(model)
    let baselines = try Baseline.make(
      prompts: images, inputs: Array(images.indices), generation: generation, keepingStores: false)
    var (verdicts, ties, worst) = (0, 0, 0.0)
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
        #expect(Int(phenotypes.firstChange[input]) == changes[input], "\(mutant) on image \(input)")
        if divergence > 1e-3 { worst = max(worst, Double(abs(phenotypes.divergence[input] / divergence - 1))) }
      }
    }
    #expect(worst < 2e-3)
    print("\(name): \(verdicts) verdicts of the reference, \(ties) too near a tie, divergence within \(worst)")
  }
}

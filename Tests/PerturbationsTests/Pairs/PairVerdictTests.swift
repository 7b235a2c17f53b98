import Foundation
import Hosts
import Perturbations
import Testing
import TestSupport
import Transformer

/// Pairs of mutations are what a model says into whose weights both regions are written: of one matrix, of one layer
/// and of two.
@Suite(.serialized) struct PairVerdictTests {
  private var recording: RecordedColumns {
    var recording = RecordedColumns(text: true, divergence: true, perplexity: true, direction: .none, choices: true)
    recording.pairs = true
    return recording
  }

  /// For each matrix a mutation of the first layers and one of the last; of one matrix others in the same rows, in the
  /// same columns and apart.
  private func singles(_ shape: HostShape, side: Int, parameters: KindParameters) -> MutationList {
    var list = MutationList(parameters: parameters)
    let kinds = Kind.ofWeights
    func add(_ layer: Int, _ matrix: WeightMatrix, row: Int, column: Int) {
      let region = Region(
        layer: layer, matrix: matrix, rows: row * side..<(row + 1) * side,
        columns: column * side..<(column + 1) * side)
      list.append(Mutation(region: region, kind: kinds[list.count % kinds.count]))
    }
    for matrix in shape.matrices {
      add(matrix.index % 2, matrix, row: matrix.index % 2, column: 1)
      add(shape.layerCount - 1, matrix, row: 1, column: matrix.index % 2)
    }
    for (row, column) in [(2, 2), (0, 2), (2, 0)] { add(0, shape.matrices[0], row: row, column: column) }
    _ = list.sort()
    return list
  }

  private func compare(
    _ path: String, prompts: [[Int32]], side: Int, letters: [Int32], every: Int
  ) throws -> VerdictComparison.Count {
    let model = try Model.load(path: path)
    let bruteForce = BruteForce(
      path: path, original: model, inputs: prompts.enumerated().map { (number: $0.offset, prompt: $0.element) },
      sampling: .greedy, stepCount: 8)
    let singles = singles(model.shape, side: side, parameters: bruteForce.parameters)
    let all = PairList(allOf: singles)
    let chosen = all.pairs.indices.filter { $0 % every == 0 }.map { all.pairs[$0] }
    let plan = UnitPlan(pairs: PairList(chosen, of: singles))
    // Both ways of a pair into the model are there.
    #expect(Set(chosen.map { singles[$0.first].region.layer == singles[$0.second].region.layer }) == [true, false])
    var comparison = VerdictComparison()
    comparison.letters = letters
    let count = try comparison.compare(bruteForce, [plan], recording: recording)
    comparison.report("pairs of \(path.split(separator: "/").last ?? "")", count)
    #expect(count.mutants == singles.count + chosen.count)
    return count
  }

  @Test func demo() throws {
    let demo = try Demo()
    let prompts = Array(demo.oneInputPerTask.prefix(2).map(\.prompt))
    let count = try compare(Demo.modelPath, prompts: prompts, side: 16, letters: [261, 70, 300, 90], every: 1)
    #expect(count.nonSilent > 10 && count.nonSilent < count.verdicts)
  }

  /// Fused and transposed tensors, parts side by side, norms behind products and over all heads.
  @Test(
    .enabled(if: SharedHosts.isThere, SharedHosts.absence), arguments: ["gpt2", "gemma2", "pythia", "olmo2", "phi3"])
  func families(_ name: String) throws {
    let prompts = try SharedPrompts.first(2, of: name)
    let count = try compare(
      SharedHosts.path + "/" + name, prompts: prompts, side: 5, letters: [20, 70, 130, 200], every: 2)
    #expect(count.nonSilent > 0)
  }

  /// The regions of one matrix lie in the same rows, so that its rows are written together.
  @Test func pairsAreOrderedByTheWayTheyTake() throws {
    let singles = singles(try Demo().model.shape, side: 16, parameters: BruteForce.parameters(scale: 2, noise: 1))
    let plan = UnitPlan(pairs: PairList(allOf: singles))
    #expect(plan.units.flatMap { Array($0.positions) } == Array(0..<plan.mutationCount))
    for unit in plan.units {
      let mutations = plan.mutations(of: unit)
      #expect(Set(mutations.map { [$0.region.layer, $0.region.matrix.index] }).count == 1)
      let pairs = unit.positions.map { plan.pair(at: $0) }
      #expect(pairs.allSatisfy { ($0 == nil) == (pairs[0] == nil) })
      let ways = pairs.compactMap { $0 }.map {
        singles[$0.first].region.layer == singles[$0.second].region.layer
      }
      #expect(Set(ways).count <= 1, "pairs within a layer have units of their own")
    }
    var twice = MutationList(parameters: singles.parameters)
    for kind in [Kind.zero, .mean] { twice.append(Mutation(region: singles[0].region, kind: kind)) }
    #expect(PairList(allOf: twice).pairs.isEmpty, "regions that overlap are no pair")
  }
}

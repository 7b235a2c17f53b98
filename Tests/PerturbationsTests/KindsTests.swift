import LinearAlgebra
import Perturbations
import Testing
import TestSupport
import Transformer
import Weights

/// A kind that the program does not list, with the largest code that there can be: every weight is halved.
private enum Halve: KindDefinition {
  static let name = "halve"
  static let code = UInt8.max
  static let sentence = "every weight is halved"
  static let recipe = KindRecipe.steady("halves each weight")

  static func value(in matrix: MatrixStatistics, parameter: Float?) -> Float { 0.5 }
  static func change(_ region: RegionWeights) { region.setEach { old in old / 2 } }
}

@Suite(.serialized) struct KindsTests {
  private let halve = Kind(Halve.self)

  @Test func everyKindIsToldApart() {
    let kinds = Kind.allCases + [halve]
    #expect(Set(kinds).count == kinds.count && Set(kinds.map(\.code)).count == kinds.count)
    #expect(kinds.shuffled().sorted() == kinds && Set(kinds.map(\.rawValue)).count == kinds.count)
    for kind in Kind.allCases {
      #expect(Kind(rawValue: kind.rawValue) == kind && Kind(code: kind.code) == kind)
      #expect(kind.rawValue.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
      #expect(!kind.sentence.hasSuffix(".") && (Kind.recipes + Kind.recipesOfEdits).contains(kind.rawValue))
      let example = kind.parameter.flatMap { Float($0.example) }
      #expect(example.map { kind.parameter?.allows($0) == true } ?? !kind.hasParameter)
      #expect(kind.parameter?.allows(.nan) != true && kind.parameter?.allows(2e6) != true)
    }
    #expect(Kind(rawValue: "halve") == nil && Kind(code: halve.code) == nil)
  }

  /// A kind that nobody foresaw is planned, ordered and evaluated as any other: it does what half a scale does.
  @Test func oneMoreKindIsAsAnyOther() throws {
    let demo = try Demo()
    func phenotypes(_ kinds: [Kind]) throws -> (mutations: [Mutation], phenotypes: Phenotypes) {
      let space = MutationSpace(
        shape: demo.model.shape, region: RegionSize(rows: 64, columns: 64), layers: [1],
        matrices: [.v, .down], kinds: kinds)
      #expect((0..<space.count).allSatisfy { space.index(of: space[$0]) == $0 })
      let all = (0..<space.count).map { space[$0] }
      #expect(all.reversed().sorted() == all && Set(all).count == all.count)
      var parameters = KindParameters()
      parameters[.scale] = 0.5
      let plan = UnitPlan(space: space, parameters: parameters)
      let inputs = Array(demo.oneInputPerTask.prefix(2))
      let pass = ForwardPass(model: demo.model, positionCount: (inputs.map(\.prompt.count).max() ?? 1) + 8)
      let generation = Generation(pass: pass, sampling: .greedy, stepCount: 8, endTokens: [2])
      let baselines = try Baseline.make(
        prompts: inputs.map(\.prompt), inputs: Array(inputs.indices), generation: generation, keepingStores: true)
      let evaluator = UnitEvaluator(
        plan: plan, generation: generation,
        recording: RecordedColumns(text: true, divergence: true, direction: .full), baselines: baselines,
        panelRows: 2048, seed: 0)
      let unit = try #require(plan.units.last)
      return (plan.mutations(of: unit), try evaluator.evaluate(unit))
    }
    let (mutations, both) = try phenotypes([halve, .scale])
    #expect(mutations.count == both.mutationCount && both.firstChange.contains { $0 >= 0 })
    for row in stride(from: 0, to: mutations.count, by: 2) {
      #expect(mutations[row].kind == .scale && mutations[row + 1].kind == halve)
      #expect(mutations[row].region == mutations[row + 1].region)
      #expect(both.bytes(rows: row..<row + 1) == both.bytes(rows: row + 1..<row + 2))
    }
  }
}

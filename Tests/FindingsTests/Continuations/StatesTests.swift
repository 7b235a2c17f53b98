import Findings
import Perturbations
import Testing
import TestSupport
import Transformer

/// Texts whose states are apart are told apart by the model.
struct StatesTests {
  private let demo: Demo

  init() throws { demo = try Demo() }

  /// Continuations of the demo's inputs of a task, each with a token of another one of them.
  private func texts(_ task: String, count: Int, _ chance: inout SeededNumbers) -> [[Int32]] {
    let known = demo.inputs.filter { $0.id.hasPrefix(task) }.map { Array($0.continuation.prefix(12)) }
    return (0..<count).map { _ in
      var text = chance.pick(known)
      text[chance.below(12)] = chance.pick(known)[chance.below(12)]
      return text
    }
  }

  @Test func twoSetsOfTextsWithStatesApartAreTwoClasses() throws {
    var chance = SeededNumbers(3)
    let sums = texts("arithmetic", count: 40, &chance)
    let stories = texts("story", count: 40, &chance)
    let mutations = Screens.mutations(matrix: .down, rows: 40, columns: 32, region: 4, kinds: [.maximum])
    let prompt = demo.inputs[0].prompt
    let inputs = [ScreenTexts.Input(id: "a", task: "a", prompt: "", baseline: sums[0])]
    // A word for each text: words tell nothing.
    let screen = ScreenTexts(inputs: inputs) { tokens in "w" + tokens.map(String.init).joined() }
    var tables = TextTables(screen, stepCount: 12)
    tables.add(
      TextTables.Slab(
        verdicts: VerdictSlab(
          mutations: mutations, inputCount: 1, firstChange: mutations.map { _ in 0 }, divergence: nil),
        tokens: mutations.indices.flatMap { $0 % 2 == 0 ? sums[$0 / 2] : stories[$0 / 2] }))
    let findings = try Analysis(texts: tables, model: ScreenedModel(demo.model, prompts: [prompt]), seed: 1)
    let states = try #require(findings[StateClasses.self])
    let classes = states.classes.classes
    func kinds(_ isStory: Bool) -> Set<UInt8> {
      Set(
        mutations.indices.filter { ($0 % 2 == 1) == isStory }
          .map { classes[Int(tables.continuations.numbers(ofMutation: $0)[$0])] })
    }
    #expect(kinds(false).isDisjoint(with: kinds(true)), "\(kinds(false)) and \(kinds(true))")
    #expect(states.classes.classifiedCount == tables.continuations.count)
    #expect(try #require(states.classes.silhouettes.max()) > 0.3)
    #expect(try kinds(false).contains(UInt8(#require(states.classes.baselineClasses[0]))))
    #expect(findings.groups.map(\.name).last == "classes_by_state")
    // All words are different: by words there is nothing to compare with.
    #expect(states.agreement.probability.value.isNaN || !states.agreement.isFinding)
  }

  @Test func tokensThatAreNoneOfTheModelsAreRefused() throws {
    let screen = ScreenTexts(inputs: [.init(id: "a", task: "a", prompt: "", baseline: [1])]) { _ in "" }
    let mutations = Screens.mutations(matrix: .q, rows: 4, columns: 4, region: 4, kinds: [.zero])
    var tables = TextTables(screen, stepCount: 1)
    tables.add(
      TextTables.Slab(
        verdicts: VerdictSlab(mutations: mutations, inputCount: 1, firstChange: [0], divergence: nil),
        tokens: [Int32(demo.model.shape.vocabularyCount)]))
    #expect(throws: FindingsError.self) {
      try Analysis(texts: tables, model: ScreenedModel(demo.model, prompts: [[1]]))
    }
  }
}

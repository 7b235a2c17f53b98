import Findings
import Perturbations
import Testing
import TestSupport
import Transformer

/// All families of tests together, on screens of mere noise and on one planted thing in noise, over a hundred seeds.
struct NoiseTests {
  private static let mutations = [WeightMatrix.o, .up].flatMap {
    Screens.mutations(matrix: $0, rows: 8, columns: 8, region: 1, kinds: [.maximum, .minimum])
  }
  /// Four sounds, so that lines rhyme at times.
  private static let words = ["b", "c", "d", "f", "g", "h", "l", "m", "n", "r"].flatMap { letter in
    ["ight", "oon", "ay", "all"].map { letter + $0 }
  }

  /// Three lines of three words.
  private static func text(_ chance: inout SeededNumbers) -> String {
    (0..<3).map { _ in (0..<3).map { _ in chance.pick(words) }.joined(separator: " ") }.joined(separator: ",\n") + "."
  }

  /// What a screen of noise says and how often it is silent.
  private static func screen(_ seed: Int) throws -> (counts: ScreenCounts, tables: TextTables) {
    var chance = SeededNumbers(seed)
    let said = mutations.map { _ in (0..<4).map { _ in chance.happens(40) ? text(&chance) : nil } }
    let tasks = ["story", "story", "code", "code"]
    // No line of a baseline rhymes with another, and few of its words are others'.
    let screen = TextScreen(
      tasks.map { ($0, "Say.", "one two bight,\nthree four coon,\nfive six ray.", "") },
      said: said.flatMap { $0.compactMap(\.self) })
    let slab = screen.slab(mutations) { said[$0][$1] }
    let numbers = slab.verdicts.firstChange.map { _ in Float(chance.below(10_000)) / 10_000 }
    let verdicts = VerdictSlab(
      mutations: mutations, inputCount: tasks.count, firstChange: slab.verdicts.firstChange, divergence: numbers)
    var counts = ScreenCounts(taskOfInput: tasks, source: "noise.h5")
    try counts.add(verdicts)
    var tables = TextTables(screen.texts, stepCount: screen.stepCount)
    tables.add(
      TextTables.Slab(
        verdicts: verdicts, tokens: slab.tokens,
        logPerplexityChange: numbers.map { _ in Float(chance.below(10_000)) / 10_000 }))
    return (counts, tables)
  }

  @Test func noiseHasNoFindingsOfAnyFamily() throws {
    var seeds: [String: Int] = [:]
    var (withAny, writers, destructive) = (0, 0, 0)
    for seed in 1...100 {
      let (counts, tables) = try NoiseTests.screen(seed)
      let analysis = try Analysis(ScreenMaterial(counts, inputs: ["a", "b", "c", "d"], seed: UInt64(seed)))
      let texts = try Analysis(texts: tables, seed: UInt64(seed))
      let found = (analysis.families + texts.families).filter { $0.findings > 0 }
      for family in found { seeds[family.name.rawValue, default: 0] += 1 }
      withAny += found.isEmpty ? 0 : 1
      writers += (texts[Writers.self]?.counts ?? []).reduce(0, +)
      destructive += (texts[Destruction.self]?.counts ?? []).reduce(0, +)
    }
    print("noise, all families: anything is reported in \(withAny) of 100 seeds: \(seeds)")
    #expect(withAny <= 5)
    #expect(writers > 1000 && destructive > 100, "there is something to be taken for findings")
  }

  @Test func aRegionOfOneTaskIsFoundAndNothingElse() throws {
    let tasks = (0..<24).map { ["story", "code", "verse", "facts"][$0 / 6] }
    let planted = NoiseTests.mutations[70].region
    var (found, right, wrong) = (0, 0, 0)
    for seed in 1...100 {
      var chance = SeededNumbers(seed)
      let counts = try Screens.counts(NoiseTests.mutations, tasks: tasks) { mutation, input in
        mutation.region == planted ? tasks[input] == "verse" : chance.happens(25)
      }
      let analysis = try Analysis(
        ScreenMaterial(counts, inputs: tasks.indices.map { "\($0)" }, seed: UInt64(seed)))
      let own = try #require(analysis[Specificity.self]).findings.filter {
        $0.region == planted && $0.task == 2 && $0.isExclusive
      }
      found += own.count
      right += own.count
      wrong += analysis.families.reduce(0) { $0 + $1.findings } - own.count
    }
    print("a region of one task: found in \(found) of 100 seeds, \(wrong) false of \(right + wrong) findings")
    #expect(found >= 95 && 20 * wrong <= right + wrong)
  }

  @Test func agreementIsThatBeyondInputs() {
    // The adjusted Rand index of scikit-learn 1.5: adjusted_rand_score([0, 0, 1, 2], [0, 0, 1, 1]).
    let small = ClassAgreement([0, 0, 1, 2], [0, 0, 1, 1], within: [0, 0, 0, 0], seed: 0)
    #expect(abs(small.index - 0.571428571428571) < 1e-12)
    var (found, noise) = (0, 0)
    for seed in 0..<100 {
      var chance = SeededNumbers(seed)
      let inputs = (0..<120).map { _ in chance.below(3) }
      // Both depend on the input; what else there is they share, or do not.
      let shared = inputs.map { _ in chance.below(2) }
      func classes(_ rest: [Int]) -> [UInt8] { zip(inputs, rest).map { UInt8(2 * $0 + (chance.happens(20) ? 0 : $1)) } }
      let (one, same) = (classes(shared), classes(shared))
      let other = classes(inputs.map { _ in chance.below(2) })
      found += ClassAgreement(one, same, within: inputs, seed: UInt64(seed)).isFinding ? 1 : 0
      noise += ClassAgreement(one, other, within: inputs, seed: UInt64(seed)).isFinding ? 1 : 0
    }
    #expect(found >= 95 && noise <= 4, "\(found) and \(noise) of 100")
  }
}

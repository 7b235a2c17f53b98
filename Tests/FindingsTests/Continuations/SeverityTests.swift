import Findings
import Perturbations
import Statistics
import Testing
import TestSupport
import Texts
import Transformer

/// Severity counted by hand, and destructive mutations planted and not.
struct SeverityTests {
  private static let baseline = "one two three four"
  private static let half = "one two five six"
  private static let none = "zzyx qrst vlkw mnbp"

  private let screen = TextScreen(
    [
      ("story", "Count.", SeverityTests.baseline, ""),
      ("facts", "The capital of Cuba is", "(Havana). It is old", "Havana"),
      ("facts", "Two and two?", "It is four now", "four"), ("facts", "Red?", "no", "yes"),
    ],
    said: [SeverityTests.half, SeverityTests.none, "havana, of course", "It is Havana", "That makes four", "yes"])

  private func severity(_ said: [[String?]], kinds: [Kind] = [.maximum, .zero]) -> (TextTables, ContinuationMeasures) {
    let count = said.count / kinds.count
    let mutations = Screens.mutations(matrix: .v, rows: 4 * count, columns: 4, region: 4, kinds: kinds)
    let tables = screen.tables(mutations) { said[$0][$1] }
    return (tables, ContinuationMeasures(tables.continuations, texts: screen.texts, known: screen.known()))
  }

  @Test func measuresAreMeansOverMutations() {
    // Two regions by maximum and by zero, on four inputs.
    let (tables, measures) = severity([
      [SeverityTests.half, "havana, of course", "It is four now", nil], [nil, nil, nil, nil],
      [SeverityTests.none, "It is Havana", SeverityTests.none, "yes"],
      [SeverityTests.half, nil, "That makes four", nil],
    ])
    let severity = Severity(tables, measures)
    #expect(severity.entries.map(\.combination.kind) == [.maximum, .zero])
    let story = severity.entries.map { $0.tasks[0] }
    let cosine = story.map { $0.measures[0] }
    // Half of the words is a cosine of one half, another two tokens of four are edits.
    #expect(cosine.map(\.count) == [2, 1] && cosine.map(\.mean) == [0.25, 0.5])
    #expect(cosine.map(\.quartiles) == [[0, 0, 0.5], [0.5, 0.5, 0.5]])
    #expect(story.map { $0.measures[1].mean } == [3, 2])
    // Of the two by maximum one is below the one by zero, and one is as large.
    #expect(cosine.map(\.comparison.effect) == [-0.5, 0.5])
    #expect(story.map(\.measures[2].count) == [0, 0], "no divergence was recorded")
    // Facts: lost by "It is Havana", which the baseline begins with, and by text without four; not by "That makes
    // four", because the baseline only holds it; the third input's baseline is wrong.
    let facts = severity.entries.map { $0.tasks[1] }
    #expect(facts[0].answersLost == Proportion(count: 2, total: 4))
    #expect(facts[1].answersLost == Proportion(count: 0, total: 4))
    #expect(measures.baselinesAreRight == [false, true, true, false])
    let maps = SeverityMap(tables, measures)
    // Cosines of the mutations: a half, 0, 1; none; 0, 2/√12, 0, 0; a half and 1/√12.
    #expect(maps.inputs == [2, 1, 1, 1, 0, 0, 0, 0, 4, 3, 3, 3, 2, 1, 0, 0])
  }

  @Test func othersAreAllOtherCombinations() {
    let texts = [SeverityTests.baseline + " five", SeverityTests.half, SeverityTests.none]
    let screen = TextScreen([("story", "Count.", SeverityTests.baseline, "")], said: texts)
    let mutations = Screens.mutations(matrix: .v, rows: 120, columns: 4, region: 4)
    var chance = SeededNumbers(2)
    let said = mutations.map { _ in texts[chance.below(3)] }
    let tables = screen.tables(mutations) { mutation, _ in said[mutation] }
    let measures = ContinuationMeasures(tables.continuations, texts: screen.texts, known: screen.known())
    let entries = Severity(tables, measures).entries
    #expect(entries.count == 3)
    for (kind, entry) in zip(Kind.allCases, entries) {
      func cosines(_ isOwn: (Kind) -> Bool) -> [Double] {
        mutations.indices.filter { isOwn(mutations[$0].kind) }.map {
          WordCounts.cosine(of: SeverityTests.baseline, and: said[$0])
        }
      }
      let (own, others) = (cosines { $0 == kind }, cosines { $0 != kind })
      let wins = own.reduce(0) { sum, value in
        sum + others.count { $0 < value } - others.count { $0 > value }
      }
      let measure = entry.tasks[0].measures[0]
      #expect(abs(measure.comparison.effect - Double(wins) / Double(own.count * others.count)) < 1e-12)
      #expect(measure.adjusted >= measure.comparison.probability)
    }
  }

  @Test func recordedNumbersAreAveraged() {
    let mutations = Screens.mutations(matrix: .v, rows: 8, columns: 4, region: 4, kinds: [.maximum])
    let inputs = [("a", 0 as UInt8), ("b", 1), ("a", 2)].enumerated().map { index, input in
      ScreenTexts.Input(
        id: "\(index)", task: input.0, prompt: "", baseline: [1], answerChoice: 1,
        baselineChoice: index == 2 ? nil : input.1)
    }
    var tables = TextTables(ScreenTexts(inputs: inputs) { _ in "" }, stepCount: 1)
    tables.add(
      TextTables.Slab(
        verdicts: VerdictSlab(
          mutations: mutations, inputCount: 3, firstChange: Array(repeating: -1, count: 6),
          divergence: [1, 2, 3, 4, .nan, .nan]),
        tokens: Array(repeating: -1, count: 6), logPerplexityChange: [0.5, 1, 0.5, 0.25, 1, 0.75],
        choices: [0, 1, 255, 2, 3, 255]))
    // Tasks a and b of the combination v, maximum; the others of v have nothing.
    #expect(tables.divergence[0] == [2, 4])
    #expect(tables.divergence[1][0] == 2 && tables.divergence[1][1].isNaN, "a number and none")
    #expect(tables.logPerplexityChange == [[0.5, 0.5], [1, 1]])
    #expect(
      tables.choicesChanged.prefix(2) == [Proportion(count: 1, total: 2), Proportion(count: 1, total: 2)])
    #expect(tables.choicesTurnedWrong.prefix(2) == [Proportion(), Proportion(count: 1, total: 2)])
  }

  // MARK: Destruction

  private let plain = TextScreen(
    (0..<4).map { ("story", "Go on \($0).", SeverityTests.baseline, "") },
    said: [SeverityTests.half, SeverityTests.none])

  /// A screen of 200 regions whose mutants lose half or all of the words at random, and all wherever `isPlanted`.
  private func destruction(seed: Int, isPlanted: (Int) -> Bool) -> Destruction {
    let mutations = Screens.mutations(matrix: .down, rows: 800, columns: 4, region: 4, kinds: [.maximum])
    var chance = SeededNumbers(seed)
    let tables = plain.tables(mutations) { mutation, _ in
      let draw = chance.below(20)
      if isPlanted(mutation) { return SeverityTests.none }
      return draw < 1 ? SeverityTests.none : draw < 5 ? SeverityTests.half : nil
    }
    let measures = ContinuationMeasures(tables.continuations, texts: plain.texts, known: plain.known())
    return Destruction(tables, measures)
  }

  @Test func destructiveMutationsAreFoundAndNothingElse() {
    var (found, noise) = (0, 0)
    for seed in 0..<100 {
      let planted = destruction(seed: seed) { $0 == 17 || $0 == 101 }
      found += Set(planted.entries.filter { $0.adjusted <= 0.05 }.map(\.index)).isSuperset(of: [17, 101]) ? 1 : 0
      noise += destruction(seed: seed) { _ in false }.significantCounts.reduce(0, +) > 0 ? 1 : 0
    }
    #expect(noise <= 5, "\(noise) of 100")
    #expect(found >= 95, "\(found) of 100")
  }

  @Test func destructiveMutationsAreDescribed() throws {
    let destruction = destruction(seed: 1) { $0 == 17 }
    let entry = try #require(destruction.entries.first { $0.index == 17 })
    #expect(entry.meanCosine == 0 && entry.mutation.region.rows == 68..<72)
    #expect(entry.broken == [0, 0, 4], "words that the screen does not know")
    #expect(entry.effect > 0.5 && entry.effect < 1)
    #expect(destruction.counts.reduce(0, +) == destruction.entries.count)
  }
}

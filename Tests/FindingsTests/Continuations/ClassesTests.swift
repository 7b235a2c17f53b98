import Findings
import Geometry
import Perturbations
import Testing
import TestSupport
import Transformer

/// Classes that are planted are found, and named after what was planted.
struct ClassesTests {
  private static let prose = [
    "garden", "kite", "school", "friend", "market", "river", "bread", "horse", "window", "letter", "table", "street",
  ]
  private static let verse = ["moon", "silver", "dream", "shadow", "whisper", "star", "velvet", "swan"]

  private static func story(_ chance: inout SeededNumbers) -> String {
    (0..<10).map { _ in chance.pick(prose) }.joined(separator: " ") + "."
  }

  private static func poem(_ chance: inout SeededNumbers) -> String {
    func words() -> String { (0..<3).map { _ in chance.pick(verse) }.joined(separator: " ") }
    return "\n\(words()) at night,\n\(words()) of light,\n\(words()) so bright."
  }

  @Test func aPlantedClassOfVerseIsFoundAndNamed() throws {
    var chance = SeededNumbers(5)
    let stories = (0..<150).map { _ in ClassesTests.story(&chance) }
    let poems = (0..<50).map { _ in ClassesTests.poem(&chance) }
    let strange = "qqq www eee"
    let screen = TextScreen(
      [("story", "Tell.", stories[0], ""), ("other", "Go on.", stories[1], "")], said: stories + poems + [strange])
    let mutations = Screens.mutations(matrix: .down, rows: 40, columns: 40, region: 4, kinds: [.maximum])
    let tables = screen.tables(mutations) { mutation, input in
      // Poems on the second input alone, where the column is 0; one text that shares no word with others.
      if mutation == 55, input == 0 { return strange }
      if input == 1, mutation % 2 == 0 { return poems[mutation / 2] }
      return input == 0 ? stories[mutation] : stories[100 + mutation / 2]
    }
    let findings = try #require(try Analysis(texts: tables, seed: 3)[WordClasses.self])
    let classes = findings.classes
    let verse = try #require(classes.entries.firstIndex { $0.name.forms.contains("rhyme") })
    let numbers = 0..<tables.continuations.count
    for number in numbers {
      let text = screen.texts.text(of: tables.continuations.tokens(of: number))
      #expect((Int(classes.classes[number]) == verse) == text.hasPrefix("\n"), "\(text)")
    }
    let entry = classes.entries[verse]
    #expect(entry.distinct == 50 && entry.verdicts == 50 && entry.verdictsOfTask == [0, 50])
    #expect(entry.name.forms == ["line breaks", "rhyme"] && entry.formShares[0] == 1)
    let named = Set(entry.name.distinctive.map(\.word))
    #expect(named.isSubset(of: Set(ClassesTests.verse + ["night", "light", "bright", "at", "of", "so"])))
    #expect(
      entry.name.distinctive.allSatisfy { $0.value > 1.96 } && entry.name.distinctive.count == ClassName.wordLimit)
    #expect(ClassesTests.verse.contains(entry.name.first[0].word))
    #expect(entry.samples.count == 6 && entry.samples.allSatisfy { Int(classes.classes[$0]) == verse })
    // What shares no word with others is by itself.
    #expect(classes.hasRest && classes.entries.last?.verdicts == 1)
    #expect(classes.baselineClasses.allSatisfy { $0 != nil && $0 != verse })
    // Each task has one input, and there is one combination: nothing can tie classes to mutations.
    #expect(findings.ties.findingCount == 0)
    #expect(classes.entries.map(\.verdicts).reduce(0, +) == 200)
  }

  @Test func clustersAreThoseThatAreThere() {
    // Three directions in a plane and noise; dense rows.
    var rows = UnitRows.dense(dimension: 6)
    var chance = SeededNumbers(9)
    var planted: [Int] = []
    for index in 0..<90 {
      var vector = (0..<6).map { _ in Float(chance.below(100)) / 500 }
      vector[index % 3 * 2] += 1
      rows.append(vector)
      planted.append(index % 3)
    }
    let weights = Array(repeating: 1.0, count: rows.count)
    let clusters = SphericalKMeans(rows, weights: weights, classCount: 3, starts: 3, seed: 1)
    for number in 0..<3 {
      #expect(Set(planted.indices.filter { clusters.classes[$0] == number }.map { planted[$0] }).count == 1)
    }
    #expect(clusters.objective == clusters.similarities.reduce(0, +) && clusters.silhouette(rows) > 0.7)
    let other = clusters.renumbered([2, 0, 1])
    #expect(zip(clusters.classes, other.classes).allSatisfy { [2, 0, 1][Int($1)] == Int($0) })
    #expect((0..<rows.count).allSatisfy { other.nearest(rows, row: $0).class == Int(other.classes[$0]) })
    // As many classes as rows: none is empty.
    let own = SphericalKMeans(rows, weights: weights, classCount: rows.count, starts: 1, seed: 1)
    #expect(Set(own.classes).count == rows.count)
  }

  @Test func aScreenThatSaysNothingHasNoClasses() throws {
    let screen = TextScreen([("story", "Tell.", "one two", "")], said: ["three"])
    let mutations = Screens.mutations(matrix: .q, rows: 8, columns: 4, region: 4, kinds: [.maximum])
    for says in [nil, "three"] as [String?] {
      let analysis = try Analysis(texts: screen.tables(mutations) { _, _ in says })
      let findings = try #require(analysis[WordClasses.self])
      #expect(findings.classes.entries.count == (says == nil ? 0 : 1))
      #expect(findings.ties.findingCount == 0)
      #expect(analysis.groups.count == 6)
    }
    let nothing = try Analysis(texts: TextTables(screen.texts, stepCount: 1))
    #expect(nothing[Severity.self]?.entries.isEmpty == true && nothing.groups.count == 6)
  }
}

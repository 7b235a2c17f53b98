import Findings
import Perturbations
import Testing
import TestSupport
import Texts
import Transformer

/// Writers that share a row are found, and nothing else is.
struct WritersTests {
  private static let stories = (0..<6).map { "She went to the garden with friend \($0) and then home" }
  private static let verses = ["night", "sight", "fight"].map {
    "The moon is white at \($0),\nIt gives the town its light.\nWe all go home."
  }
  private static let dialogue = "\"Come with me,\" she said. \"We go home.\""

  private let screen = TextScreen(
    [
      ("story", "Tell.", "He had a kite and a ball", ""), ("story", "Tell more.", "The old horse ran home", ""),
      ("story", "Tell all.", "One day it was cold", ""), ("poem", "Sing.", WritersTests.verses[0], ""),
    ],
    said: stories + verses + [dialogue])

  private var known: KnownWords { screen.known(WritersTests.stories + WritersTests.verses + [WritersTests.dialogue]) }

  private func writers(_ mutations: [Mutation], says: (Int, Int) -> String?) -> Writers {
    let tables = screen.tables(mutations, says: says)
    return Writers(tables, ContinuationMeasures(tables.continuations, texts: screen.texts, known: known))
  }

  /// Matrices o of `layers` layers with 12 × 12 regions; two thirds of the verdicts are non-silent, and writers are
  /// `percent` of the regions, three quarters where `isPlanted`.
  private func writers(layers: Int, seed: Int, percent: Int, isPlanted: (Region) -> Bool) -> Writers {
    let mutations = (0..<layers).flatMap {
      Screens.mutations(layer: $0, matrix: .o, rows: 48, columns: 48, region: 4, kinds: [.maximum])
    }
    var chance = SeededNumbers(seed)
    let isWriter = mutations.map { chance.happens(isPlanted($0.region) ? 75 : percent) }
    return writers(mutations) { mutation, _ in
      guard chance.happens(67) else { return nil }
      return isWriter[mutation] ? chance.pick(WritersTests.verses) : chance.pick(WritersTests.stories)
    }
  }

  @Test func writersAreThoseOnTwoPlainInputs() {
    let verse = WritersTests.verses[1]
    let said: [[String?]] = [
      [verse, verse, nil, nil], [verse, nil, WritersTests.stories[0], verse], [verse, verse, verse, verse],
      [WritersTests.dialogue, nil, WritersTests.dialogue, nil], [nil, nil, nil, WritersTests.stories[1]],
    ]
    let mutations = Screens.mutations(matrix: .down, rows: 20, columns: 4, region: 4, kinds: [.zero])
    let writers = writers(mutations) { said[$0][$1] }
    #expect(writers.plainInputs == [0, 1, 2], "the last is a poem anyway")
    #expect(writers.counts == [2, 1])
    #expect(writers.entries.map(\.genre) == [.verse, .verse, .dialogue])
    #expect(writers.entries.map(\.index) == [2, 0, 3])
    #expect(writers.entries.map(\.inputs) == [[0, 1, 2], [0, 1], [0, 2]])
    // Of the five regions four are non-silent on two plain inputs; all are in one column.
    let column = writers.tests[0].within.filter { $0.axis == .column }
    #expect(column.map(\.candidates) == [4] && column.map(\.observed) == [2] && column.map(\.expected) == [2])
    #expect(column[0].probability > 0.1)
  }

  @Test func aPlantedRowIsFoundAndNothingElse() {
    var (found, noise, others) = (0, 0, 0)
    for seed in 0..<100 {
      let planted = writers(layers: 2, seed: seed, percent: 4) { $0.layer == 1 && $0.rows.lowerBound == 20 }
      let row = planted.tests[0].findings.filter { $0.matrix?.layer == 1 && $0.axis == .row }
      found += row.contains { $0.block.start == 20 } ? 1 : 0
      others += planted.tests.flatMap(\.findings).count { $0.block.start != 20 || $0.axis != .row }
      noise += writers(layers: 2, seed: seed, percent: 6) { _ in false }.tests.allSatisfy(\.findings.isEmpty) ? 0 : 1
    }
    #expect(found >= 95, "\(found) of 100")
    #expect(noise <= 5, "\(noise) of 100")
    #expect(others <= 5, "\(others) beside 100 planted")
  }

  @Test func aRowOfManyMatricesIsFoundAcrossThem() {
    var found = 0
    for seed in 0..<20 {
      // One writer or two in the row of each matrix: too few to be seen in any of them.
      let writers = writers(layers: 12, seed: seed, percent: 1) {
        $0.rows.lowerBound == 8 && ($0.columns.lowerBound == 4 * ($0.layer % 12) || $0.columns.lowerBound == 0)
      }
      let across = writers.tests[0].across.filter { $0.adjusted <= 0.05 }
      found += across.map(\.block.start) == [8] && across[0].axis == .row ? 1 : 0
    }
    #expect(found >= 18, "\(found) of 20")
  }

  @Test func oneBlockHasTheProbabilityOfItsColumns() throws {
    // Two rows and three columns; writers at (0, 0), (0, 1): the row's chance is a half times a half.
    let mutations = Screens.mutations(matrix: .gate, rows: 8, columns: 12, region: 4, kinds: [.maximum])
    let writers = writers(mutations) { mutation, _ in mutation < 2 ? WritersTests.verses[0] : WritersTests.stories[0] }
    let rows = writers.tests[0].within.filter { $0.axis == .row }
    #expect(rows.map(\.observed) == [2, 0] && rows.map(\.expected) == [1, 1] && rows.map(\.probability) == [0.25, 1])
    // Both writers of the row are in two of its three columns: a column has one with a probability of 2/3.
    let columns = writers.tests[0].within.filter { $0.axis == .column }
    #expect(columns.map(\.observed) == [1, 1, 0])
    #expect(columns.allSatisfy { abs($0.probability - ($0.observed > 0 ? 2.0 / 3 : 1)) < 1e-15 })
    // gate reads the residual stream along its columns.
    #expect(writers.tests[0].across.map(\.axis) == [.column, .column, .column])
  }
}

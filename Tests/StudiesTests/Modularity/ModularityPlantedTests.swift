import Foundation
import Perturbations
import Studies
import Testing
import TestSupport

/// What is planted in magnitudes of units is found, and nothing where nothing is.
struct ModularityPlantedTests {
  private static let grid = UnitGrid(layerCount: 2, width: 16)
  private static let rows = TaskRows(sizes: [4, 4, 4])
  /// Units 0 to 3 of a layer are a cluster, and so on.
  private static let clusters = UnitClusters(
    layers: [0, 1], clusterCount: 4, labels: [(0..<16).map { $0 / 4 }, (0..<16).map { $0 / 4 }])

  private func study() throws -> Modularity {
    let text = """
      model: none
      texts: {a: a.txt, b: b.txt, c: c.txt}
      studies:
        modularity: {tasks: [a, b, c], percents: [25, 50], clusters: 4, draws: 79, untrained: false}
      """
    let found = try StudyConfiguration(bytes: Array(text.utf8), path: "planted.yaml").studies.first as? Modularity
    return try #require(found)
  }

  /// Magnitudes of rows of one source: each unit has its own scale, and rows differ at random.
  private func noise(_ seed: Int) -> [[Double]] {
    var numbers = SeededNumbers(seed: UInt64(seed))
    let scales = (0..<Self.grid.count).map { _ in exp(numbers.normal()) }
    return (0..<12).map { _ in scales.map { $0 * exp(0.5 * numbers.normal()) } }
  }

  private func structure(_ magnitudes: [[Double]]) throws -> TaskStructure {
    try TaskStructure(
      RowImportance(Self.grid, rows: magnitudes), Self.rows, Self.clusters,
      shares: [.init(25, of: 100), .init(50, of: 100)], seeds: [0, 1, 2], draws: 79, StudyStages())
  }

  private func finding(
    _ magnitudes: [[Double]], _ study: Modularity, untrained: [[Double]]? = nil
  ) throws -> (TaskStructure, ModularityFinding) {
    let structure = try structure(magnitudes)
    let control = try untrained.map(self.structure)
    return (structure, ModularityFinding(ModularityResults(study, structure, untrained: control, pruned: [])))
  }

  @Test func aUnitThatOnlyOneTaskUsesIsItsFirst() throws {
    var magnitudes = noise(1)
    // Task 1 has the rows 4 to 7.
    for row in magnitudes.indices { magnitudes[row][21] = (4..<8).contains(row) ? 2 : 0 }
    let (structure, _) = try finding(magnitudes, study())
    #expect(structure.orders.flat[1][0] == 21)
    #expect(abs(structure.scores[1][21] - 2 / (2.0 / 3 + 1e-3)) < 1e-12)
    #expect(structure.scores[0][21] == 0 && structure.scores[2][21] == 0)
  }

  @Test func tasksWithClustersOfTheirOwnAreFound() throws {
    var magnitudes = noise(2)
    for row in magnitudes.indices {
      let task = row / 4
      for layer in 0..<2 { for unit in 4 * task..<4 * task + 4 { magnitudes[row][16 * layer + unit] *= 8 } }
    }
    let (structure, finding) = try finding(magnitudes, study(), untrained: noise(7))
    #expect(structure.overlaps[0].mean == 0)
    // Units of a task do 8 times as much as those of others: 8 of a mean of 10 / 3, but for noise.
    #expect(abs(structure.specificities[0].reduce(0, +) / 3 - 2.4) < 0.3)
    // The four units of a quarter of each layer fill a cluster: 0, 4, 4, 4 and 4.
    #expect(structure.meanConcentrations[0] == 0.75)
    #expect(finding.hasOwnUnits && finding.sitTogether && finding.sitTogetherByTask)
    #expect(finding.sentences[0].hasPrefix("Tasks have units of their own beyond pseudo-tasks"))
    #expect(finding.sentences[2].hasPrefix("The units of a task sit together beyond random clusters and pseudo-tasks"))
    // What training adds is corrected for the four claims as well: 4 / 80.
    #expect(finding.sentences[0].contains(" It survives the untrained host: "))
    #expect(finding.sentences[0].hasSuffix("to training (p ≤ 0.050, corrected likewise)."))
  }

  @Test func unitsThatGoTogetherWithoutTasksAreNoFindingOfTasks() throws {
    var magnitudes = noise(3)
    var numbers = SeededNumbers(seed: 5)
    // The units of a cluster are strong together on rows that have nothing to do with tasks.
    for row in magnitudes.indices {
      let cluster = numbers.below(4)
      for layer in 0..<2 { for unit in 4 * cluster..<4 * cluster + 4 { magnitudes[row][16 * layer + unit] *= 8 } }
    }
    let (_, finding) = try finding(magnitudes, study())
    #expect(finding.sitTogether && !finding.sitTogetherByTask)
    #expect(finding.sentences[2].hasPrefix("That the units of a task sit together does not survive pseudo-tasks"))
  }

  @Test func rowsOfOneSourceGiveNoFindings() throws {
    let study = try study()
    let found = try (0..<100).count { seed in
      let (_, finding) = try finding(noise(100 + seed), study)
      return finding.hasOwnUnits || finding.hasFewInCommon || finding.sitTogether || finding.sitTogetherByTask
    }
    #expect(found <= 5)
  }
}

import Archive
import Basics
import Findings
import FindingsSupport
import Geometry
import Testing
import TestSupport

/// The groups that findings write are the ones that the report reads.
@Suite(.serialized) struct WrittenGroupsTests {
  /// Three lobes of points that fire on the documents of one task each, most of the time.
  private static let lobes = 3
  private static let count = 150
  private static let documents = 24

  private static var cloud: PointCloud {
    var random = RandomStream(seed: 1, stream: 1, index: 0)
    let values = (0..<count).flatMap { point in
      (0..<8).map { Float(($0 == point % lobes ? 4 : 0) + random.normal()) }
    }
    return PointCloud(dimension: 8, values: values)
  }

  private static var firings: FiringRecord {
    var random = RandomStream(seed: 1, stream: 2, index: 0)
    return FiringRecord(
      documentCount: documents,
      documentsOfFeatures: (0..<count).map { point in
        (0..<Int32(documents)).filter { random.uniform() < (Int($0) % lobes == point % lobes ? 0.7 : 0.05) }
      })
  }

  @Test func findingsAreShown() throws {
    try ReportBench.run { bench in
      let (cloud, firings) = (Self.cloud, Self.firings)
      let names = (0..<Self.count).map { "word \($0)" }
      let galaxies = try Galaxies(cloud, labels: (0..<Self.count).map { Int32($0 % 2) }, drawCount: 4, seed: 1)
      let counts = LobeComparison.DrawCounts(permutations: 20, fits: 3, clusterings: 2)
      let found = try LobeFindings(
        Lobes(cloud, firings, lobeCount: Self.lobes, measures: [.jaccard, .phi], drawCounts: counts, seed: 1),
        record: firings, documents: (0..<Self.documents).map { "input \($0)" },
        groups: (0..<Self.documents).map { "task \($0 % Self.lobes)" }, seed: 1)
      let relations = Relations(
        (0..<2).map { relation in
          ("relation \(relation)", (0..<12).map { .init(from: 6 * $0 + relation, to: 6 * $0 + 3 + 2 * relation) })
        }, of: cloud)
      let crystals = try Crystals(cloud, relations, permutationCount: 9, seed: 1)
      let groups =
        [
          galaxies.group(names: ["layer 0", "layer 1"]),
          crystals.group(
            functions: FunctionVectors(cloud, relations, crystals.folds, seed: 1),
            clusters: DifferenceClusters(crystals, permutationCount: 9, seed: 1),
            distractor: try DistractorTest(crystals, numbers: names.map { Double($0.count) }, seed: 1),
            drawings: try CrystalDrawing.drawings(of: crystals, cloud, seed: 1), names: names),
        ] + found.analysisGroups
      // Groups that tests make up have no column that is not written so.
      for made in SyntheticCloud().all {
        guard let written = groups.first(where: { $0.name == made.name }) else { continue }
        for variable in made.variables {
          let own = written.variables.first { $0.name == variable.name }
          #expect(own?.dimensions == variable.dimensions, "\(made.name): \(variable.name)")
        }
      }
      try bench.writeCloud(groups)
      try bench.reportOfCloud()
      let figures = [
        "crystals-cosine", "crystals-deviation", "crystals-drawn", "galaxy-participation", "galaxy-slope",
        "galaxy-spectrum", "lobes-accuracy", "lobes-cofiring", "lobes-mutual-information", "lobes-rand-index",
        "lobes-task-agreement", "lobes-tasks",
      ]
      #expect(Set(try bench.reportFiles()) == Set(figures.map { $0 + ".svg" } + ["index.html"]))
      let page = try bench.page()
      for words in ["relation 1", "lobe 2", "task 1", "random directions", "input 2"] {
        #expect(page.contains(words), "\(words)")
      }
    }
  }
}

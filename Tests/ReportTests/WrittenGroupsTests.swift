import Archive
import Basics
import Findings
import FindingsSupport
import Geometry
import Perturbations
import Testing
import TestSupport

/// The groups that findings write are the ones that the report reads.
@Suite(.serialized) struct WrittenGroupsTests {
  /// Three lobes of points that fire on the documents of one task each, most of the time.
  private static let lobes = 3
  private static let count = 150
  private static let documents = 24

  private static var points: PointCloud {
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

  /// What findings write of a cloud of words in two layers, with relations.
  private static var words: [AnalysisGroup] {
    get throws {
      let cloud = Cloud(
        points: points, numbers: Array(0..<count), names: (0..<count).map { "word \($0)" },
        layers: (0..<count).map { $0 % 2 }, firings: firings, documents: inputs,
        relations: (0..<2).map { relation in
          .init(
            name: "relation \(relation)",
            pairs: (0..<12).map { .init(from: 6 * $0 + relation, to: 6 * $0 + 3 + 2 * relation) })
        })
      return try GeometryFindings(cloud, choices: choices).groups
    }
  }

  /// What findings write of a cloud of mutants.
  private static var mutants: [AnalysisGroup] {
    get throws {
      let mutations = (0..<count).map { point in
        Mutation(
          region: Region(
            layer: point % 2, matrix: .down, rows: point % 2 * 4..<point % 2 * 4 + 4,
            columns: point / 2 * 4..<point / 2 * 4 + 4), kind: .maximum)
      }
      let cloud = Cloud(points: points, numbers: Array(0..<count), firings: firings, documents: inputs)
      return try GeometryFindings(
        cloud, mutations: mutations, point: .response, hiddenSize: 8, choices: choices
      ).groups
    }
  }

  private static var inputs: Cloud.Documents {
    Cloud.Documents(
      names: (0..<documents).map { "input \($0)" }, groups: (0..<documents).map { "task \($0 % lobes)" })
  }

  private static var choices: GeometryFindings.Choices {
    var choices = GeometryFindings.Choices()
    (choices.seed, choices.lobeCount, choices.measures) = (1, lobes, [.jaccard, .phi])
    return choices
  }

  /// Groups that tests make up, since their points lie in known places, have no column that is not written so.
  @Test func madeUpGroupsAreLikeThoseThatAreWritten() throws {
    let written = [try Self.words, try Self.mutants]
    for (made, written) in zip([SyntheticCloud().all, SyntheticCloud(names: nil).all], written) {
      for group in made {
        // Parallelograms are looked for where there are no relations, and arithmetic where points are mutants.
        guard let other = written.first(where: { $0.name == group.name }) else { continue }
        for variable in group.variables {
          let own = other.variables.first { $0.name == variable.name }
          #expect(own?.dimensions == variable.dimensions, "\(group.name): \(variable.name)")
        }
      }
    }
    #expect(Set(written.joined().map(\.name)) == Set(SyntheticCloud().all.map(\.name)))
  }

  @Test func findingsAreShown() throws {
    try ReportBench.run { bench in
      try bench.writeCloud(try Self.words)
      try bench.reportOfCloud()
      let figures = [
        "cloud", "crystals-cosine", "crystals-deviation", "crystals-drawn", "galaxy-participation", "galaxy-slope",
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

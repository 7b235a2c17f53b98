import Archive
import Basics
import Findings
import Geometry
import LinearAlgebra
import Testing

struct LobeFindingsTests {
  /// Small products gain nothing by threads, which wait for each other.
  init() { BLAS.useThreads(1) }

  /// 240 features that point in one of three directions and fire on the documents of one of three tasks, eight each;
  /// the last four never fire.
  private func findings(documents: [String]? = nil, groups: [String]? = nil) throws -> LobeFindings {
    var random = RandomStream(seed: 12, stream: 4, index: 0)
    let cloud = PointCloud(
      dimension: 6, values: (0..<240 * 6).map { Float(($0 / 6 % 3 == $0 % 6 ? 1 : 0) + 0.1 * random.normal()) })
    let record = FiringRecord(
      documentCount: 24,
      documentsOfFeatures: (0..<240).map { feature in
        (0..<24).filter { document in
          feature < 236 && random.uniform() < (document / 8 == feature % 3 ? 0.8 : 0.1)
        }.map(Int32.init)
      })
    let lobes = try Lobes(
      cloud, record, lobeCount: 3, measures: [.jaccard, .phi],
      drawCounts: .init(permutations: 99, fits: 3, clusterings: 2), seed: 1)
    return try LobeFindings(lobes, record: record, documents: documents, groups: groups, seed: 1)
  }

  private func numbers(_ group: AnalysisGroup?, _ name: String) throws -> [Double] {
    let variable = try #require(group?.variables.first { $0.name == name })
    switch variable.values {
    case .numbers(let values): return values
    case .counts(let values): return values.map(Double.init)
    default: return []
    }
  }

  @Test func lobesGoWithTheirTasks() throws {
    let found = try findings(
      documents: (0..<24).map { "input \($0)" }, groups: (0..<24).map { ["facts", "poem", "code"][$0 / 8] })
    #expect(found.groups == ["facts", "poem", "code"])
    #expect(found.divisions.map(\.name) == ["jaccard", "phi", "geometry"])
    for division in found.divisions {
      let agreement = try #require(division.agreement?.mutualInformation)
      #expect(agreement.excess > 0.8 && agreement.z > 5)
      #expect(try #require(division.agreementOfRates?.mutualInformation).z > 5)
      let names = try #require(division.names)
      for lobe in 0..<3 {
        // The first eight names are the documents of one task, whose own share is above all others.
        let task = names.documents[lobe][0] / 8
        #expect(Set(names.documents[lobe].prefix(8)) == Set(task * 8..<task * 8 + 8))
        #expect(
          names.ofGroups[lobe].indices.max {
            names.ofGroups[lobe][$0].firings.share < names.ofGroups[lobe][$1].firings.share
          } == task)
        #expect(names.ofGroups[lobe][task].logOddsRatio.interval.low > 0)
        #expect(names[lobe, names.documents[lobe][0]].firings.total == names.firings.sizes[lobe])
      }
    }
    let groups = found.analysisGroups
    #expect(groups.map(\.name) == ["lobes", "lobe_comparison", "lobe_names", "lobe_tasks", "cofiring"])
    #expect(try numbers(groups[0], "never_firing") == [4, 4, 0])
    #expect(try numbers(groups[1], "mutual_information").allSatisfy { $0 > 0.8 })
    #expect(try numbers(groups[1], "mutual_information_draws") == [99, 99, 2, 99, 99, 2])
    #expect(try numbers(groups[3], "features").reduce(0, +) + numbers(groups[3], "without_task")[0] == 240)
    // Pairs of a lobe fire together, and pairs of two avoid each other.
    let (phi, bins) = (try numbers(groups[4], "phi"), try numbers(groups[4], "lobe"))
    #expect(bins == bins.sorted() && bins.count >= 230)
    let means = [true, false].map { isOne in
      let values = phi.indices.filter { (bins[$0 / bins.count] == bins[$0 % bins.count]) == isOne }.map { phi[$0] }
        .filter { !$0.isNaN }
      return values.reduce(0, +) / Double(values.count)
    }
    #expect(means[0] > 0.3 && means[1] < 0)
  }

  @Test func withoutGroupsThereIsNoTable() throws {
    let found = try findings()
    #expect(found.groups.isEmpty && found.divisions.allSatisfy { $0.agreement == nil })
    #expect(found.analysisGroups.map(\.name) == ["lobes", "lobe_comparison", "lobe_names", "cofiring"])
  }

  @Test func withoutFiringsThereAreGeometricLobes() throws {
    let cloud = PointCloud(
      dimension: 2,
      values: (0..<20).flatMap { (place: Int) -> [Float] in
        let height = Float(place) / 50
        return place < 10 ? [1, height] : [height, -1]
      })
    let found = try LobeFindings(try Lobes(cloud, nil, lobeCount: 2, seed: 1), record: nil, seed: 1)
    #expect(found.analysisGroups.map(\.name) == ["lobes"])
    #expect(found.divisions.map(\.lobeCount) == [2])
  }
}

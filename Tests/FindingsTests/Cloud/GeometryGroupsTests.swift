import Archive
import Basics
import Findings
import Foundation
import Geometry
import MessagePassing
import Testing
import TestSupport
import Weights

/// Galaxies and crystals as an analysis file holds them.
@Suite(.serialized) struct GeometryGroupsTests {
  private let provenance = AnalysisProvenance(
    locusVersion: "1.2.3", created: "2024-05-06T07:08:09Z", commandLine: "locus geometry", source: "cloud.h5",
    sourcePlanSHA256: "cd")

  /// Three relations of ten pairs between normal points.
  private var cloud: PointCloud {
    var random = RandomStream(seed: 3, stream: 1, index: 0)
    return PointCloud(dimension: 15, values: (0..<120 * 15).map { _ in Float(random.normal()) })
  }

  private var named: [(name: String, pairs: [Relations.Pair])] {
    (0..<3).map { relation in
      (
        name: "relation \(relation)",
        pairs: (0..<10).map { .init(from: relation * 20 + $0, to: relation * 20 + 10 + $0) }
      )
    }
  }

  @Test func groupsAreWrittenAndReadBack() throws {
    let cloud = cloud
    let galaxies = try Galaxies(
      cloud, labels: (0..<120).map { $0 < 60 ? 0 : 1 }, drawCount: 4, seed: 1)
    let relations = Relations(named, of: cloud)
    let crystals = try Crystals(cloud, relations, permutationCount: 9, seed: 1)
    let names = (0..<120).map { "point \($0)" }
    let groups = [
      galaxies.group(names: ["layer 0", "layer 1"]), galaxies.whole.cloudGroup(cloud),
      crystals.group(
        functions: FunctionVectors(cloud, relations, crystals.folds, seed: 1),
        clusters: DifferenceClusters(crystals, permutationCount: 9, seed: 1),
        distractor: try DistractorTest(
          crystals, numbers: (0..<120).map { Double($0 % 7) }, permutationCount: 9, seed: 1),
        drawings: try CrystalDrawing.drawings(of: crystals, cloud, count: 2, seed: 1), names: names),
      try #require(try NearestDifferences(cloud, limit: 5, drawCount: 2, seed: 1)).group(names: names),
    ]
    #expect(groups[0].dimensions[0].labels == ["all", "layer 0", "layer 1"])
    try World.run { (_) throws in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/cloud.analysis.h5"
        try AnalysisWriter(path: path).write(groups, provenance: provenance)
        let file = try AnalysisFile(path: path)
        #expect(file.contents.map(\.name) == ["galaxy", "cloud", "crystals", "parallelograms"])
        for group in groups {
          #expect(try file.group(group.name)?.variables.map(\.name) == group.variables.map(\.name))
        }
      }
    }
  }

  @Test(.enabled(if: Places.hasSharedData, Comment(rawValue: Places.withoutSharedData)))
  func decoderRowsOfAnAutoencoderAreNoNormalCloud() throws {
    let path = Places.sharedData + "/sae-tinystories1M/derived-sae_1024_4.safetensors"
    let tensor = try SafetensorsFile(path: path).tensor(named: "decoder_weights")
    var values = Array(repeating: Float(0), count: tensor.elementCount)
    values.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { tensor.widen(rows: 0..<tensor.rows, into: base) }
    }
    let galaxy = try Galaxy(PointCloud(dimension: tensor.columns, values: values), seed: 1)
    #expect(galaxy.count == 1024 && galaxy.dimension == 64)
    let isotropic = try #require(galaxy[.isotropic])
    #expect(isotropic.participation.z < -5 && isotropic.entropyDimension.z < -5 && isotropic.leadingShare.z > 5)
    #expect(abs(isotropic.slope.z) > 3 && isotropic.slope.probability <= 0.04)
    #expect(isotropic.shareBeyondEdge.excess > 0)
    // As NumPy has them.
    #expect(abs((galaxy.law?.slope ?? 0) + 0.46751715) < 1e-6)
    #expect(abs(galaxy.effectiveDimension.participation - 59.183049548963076) < 1e-6)
    let groups = [try Galaxies(PointCloud(dimension: tensor.columns, values: values), seed: 1).group(names: [])]
    #expect(groups[0].variables.contains { $0.name == "clustering_corrected" })
  }
}

import Basics
import Foundation
import Geometry
import Testing

struct GalaxyTests {
  /// Normal points whose deviations fall with the dimension's number to a power.
  private func normal(_ count: Int, _ dimension: Int, power: Double = 0, seed: UInt64) -> PointCloud {
    var random = RandomStream(seed: seed, stream: 1, index: 0)
    let values = (0..<count * dimension).map {
      Float(random.normal() * pow(Double($0 % dimension + 1), -power))
    }
    return PointCloud(dimension: dimension, values: values)
  }

  /// How many of 100 seeds give each score a size of at least 3, or none at all.
  private func large(_ scores: (UInt64) throws -> [Double]) rethrows -> [Int] {
    let all = try (0..<100).map { try scores(UInt64($0)) }
    return all[0].indices.map { place in all.count { !(abs($0[place]) < 3) } }
  }

  private func scores(_ galaxy: Galaxy, controls: ArraySlice<GaussianControl>) -> [Double] {
    controls.flatMap { [$0.slope.z, $0.participation.z, $0.entropyDimension.z, $0.leadingShare.z] }
      + [galaxy.clustering?.difference.z ?? .nan]
  }

  // MARK: Normal clouds

  @Test func isotropicCloudsScoreLow() throws {
    let large = try large { seed in
      let galaxy = try Galaxy(normal(150, 14, seed: seed), seed: seed + 1000)
      return scores(galaxy, controls: galaxy.controls[...])
    }
    #expect(large.allSatisfy { $0 <= 5 }, "\(large)")
  }

  @Test(arguments: [(120, 12, 1.0), (40, 60, 0.6)]) func normalCloudsScoreLowAgainstTheirLike(
    count: Int, dimension: Int, power: Double
  ) throws {
    let large = try large { seed in
      let galaxy = try Galaxy(normal(count, dimension, power: power, seed: seed), seed: seed + 2000)
      return scores(galaxy, controls: galaxy.controls.filter { $0.kind == .matched }[...])
    }
    #expect(large.allSatisfy { $0 <= 5 }, "\(large)")
  }

  @Test func unevenCloudsScoreHighAgainstIsotropicOnes() throws {
    let galaxy = try Galaxy(normal(300, 30, power: 1, seed: 3), seed: 4)
    let isotropic = try #require(galaxy[.isotropic])
    #expect(isotropic.slope.z < -10)
    #expect(isotropic.participation.z < -10)
    #expect(isotropic.shareBeyondEdge.excess > 0)
    let slope = try #require(galaxy.law?.slope)
    // Variances fall with the square of deviations.
    #expect(abs(slope + 2) < 0.3)
  }

  @Test func fewerPointsThanDimensionsHaveThatManyEigenvalues() throws {
    let galaxy = try Galaxy(normal(20, 50, seed: 8), seed: 1)
    #expect(galaxy.components.rank == 19)
    #expect(abs(galaxy.marchenkoPastur.shareAtZero - 31 / 50.0) < 1e-12)
    #expect(galaxy.controls[0].spectrum.count == 19)
  }

  // MARK: Clustering entropy

  @Test func entropyOfNormalCloudsIsNearZeroInFewDimensions() throws {
    let entropy = try #require(try ClusteringEntropy(normal(5000, 5, power: 1, seed: 77), drawCount: 6, seed: 3))
    #expect(abs(entropy.difference.value) < 0.5)
    #expect(abs(entropy.corrected) < 0.1)
    #expect(entropy.componentCount == 5)
  }

  @Test func entropyOfNormalCloudsIsWithinItsBiasInManyDimensions() throws {
    let entropy = try #require(try ClusteringEntropy(normal(5000, 100, power: 0.5, seed: 78), drawCount: 6, seed: 3))
    #expect(abs(entropy.corrected) < 5 * entropy.difference.deviation)
    #expect(abs(entropy.difference.value) < abs(entropy.difference.mean) + 5 * entropy.difference.deviation)
    #expect(abs(entropy.difference.value) < 30)
  }

  @Test func entropyDoesNotChangeWithScaleAndShear() throws {
    let cloud = normal(400, 4, seed: 5)
    let sheared = PointCloud(
      dimension: 4,
      values: (0..<400).flatMap { point in
        let p = Array(cloud[point: point])
        return [100 * p[0] + 7, p[1] + 3 * p[0], 0.1 * p[2] - p[1], p[3] + p[2]]
      })
    let entropies = try [cloud, sheared].map { try #require(try ClusteringEntropy($0, drawCount: 4, seed: 9)) }
    #expect(abs(entropies[0].difference.value - entropies[1].difference.value) < 1e-3)
    let shift = log(100 * 0.1)
    #expect(abs(entropies[1].neighbourEntropy - entropies[0].neighbourEntropy - shift) < 1e-2)
  }

  @Test func clustersHaveLessEntropy() throws {
    var random = RandomStream(seed: 6, stream: 1, index: 0)
    let values = (0..<1000).flatMap { point in
      (0..<3).map { axis in Float(random.normal() + (point % 4 == axis ? 20 : 0)) }
    }
    let entropy = try #require(try ClusteringEntropy(PointCloud(dimension: 3, values: values), drawCount: 8, seed: 1))
    // Four clouds far apart, each of a quarter of the points: much of the normal entropy is between them.
    #expect(entropy.corrected > 1)
    #expect(entropy.difference.z > 10)
  }

  @Test func duplicatesAreCountedAndLeftOut() throws {
    let cloud = normal(200, 3, seed: 12)
    let doubled = PointCloud(dimension: 3, values: cloud.values + cloud.values[0..<60])
    let entropies = try [cloud, doubled].map { try #require(try ClusteringEntropy($0, drawCount: 4, seed: 9)) }
    #expect(entropies[0].duplicateCount == 0)
    #expect(entropies[1].duplicateCount == 20)
    #expect(entropies[0].difference.value == entropies[1].difference.value)
    #expect(try ClusteringEntropy(PointCloud(dimension: 2, values: Array(repeating: 1, count: 80)), seed: 1) == nil)
  }

  // MARK: Groups and bad clouds

  @Test func groupsAreTheGalaxiesOfTheirPoints() throws {
    let cloud = normal(180, 12, seed: 21)
    let labels = (0..<180).map { Int32($0 < 100 ? 3 : $0 < 170 ? 0 : $0 < 175 ? 1 : -1) }
    let galaxies = try Galaxies(cloud, labels: labels, drawCount: 4, seed: 5)
    #expect(galaxies.groups.map(\.label) == [0, 3])
    #expect(galaxies.smallGroupCount == 1)
    let own = try Galaxy(cloud[points: 0..<100], drawCount: 4, seed: 5)
    #expect(galaxies.groups[1].galaxy.components.eigenvalues == own.components.eigenvalues)
    #expect(galaxies.groups[1].galaxy.clustering?.difference == own.clustering?.difference)
  }

  @Test func whatDoesNotSpreadIsAnError() {
    #expect(throws: GeometryError.self) { try Galaxy(PointCloud(dimension: 2, values: [1, 2, 1, 2, 1, 2]), seed: 1) }
    #expect(throws: GeometryError.self) { try Galaxy(PointCloud(dimension: 2, values: [1, 2, 3, 2]), seed: 1) }
    #expect(throws: GeometryError.self) {
      try Galaxy(PointCloud(dimension: 1, values: [1, 2, .nan, 3]), seed: 1)
    }
  }

  @Test func windowsAreCutToWhatThereIs() throws {
    #expect(PowerLaw.window(of: 300) == 11...150)
    #expect(PowerLaw.window(of: 64) == 11...64)
    #expect(PowerLaw.window(of: 12) == 1...12)
    let values = (1...200).map { pow(Double($0), -0.5) }
    let laws = PowerLaw.sensitivity(values)
    #expect(laws.allSatisfy { abs($0.slope + 0.5) < 1e-12 })
    #expect(Set(laws.map(\.ranks)).count == laws.count && laws.contains { $0.ranks == 11...150 })
    #expect(PowerLaw([3, 2]) == nil)
    #expect(PowerLaw.sensitivity([3, 2, 1, 0]).map(\.ranks) == [1...3])
  }
}

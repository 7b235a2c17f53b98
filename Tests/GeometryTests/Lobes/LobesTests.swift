import Basics
import Geometry
import LinearAlgebra
import Testing

struct LobesTests {
  private let few = LobeComparison.DrawCounts(permutations: 100, fits: 4, clusterings: 3)

  /// Small products gain nothing by threads, which wait for each other.
  init() { BLAS.useThreads(1) }

  @Test(arguments: [2, 3, 5, 8, 16, 32]) func plantedLobesAgree(count: Int) throws {
    let planted = PlantedLobes(lobes: count, features: max(240, 24 * count), noise: 0.08, seed: UInt64(count))
    let lobes = try Lobes(
      planted.cloud, planted.record, lobeCount: count, measures: [.jaccard, .phi], drawCounts: few, seed: 1)
    #expect(ContingencyTable(lobes.geometric.labels, planted.geometric).adjustedRandIndex >= 0.95)
    for functional in lobes.functional {
      #expect(ContingencyTable(functional.division.labels, planted.functional).adjustedRandIndex >= 0.95)
      #expect(functional.comparison.prediction.balancedAccuracy > 0.9)
      for entry in functional.comparison.entries {
        #expect(entry.agreement.mutualInformation.excess > 0.9 && entry.agreement.mutualInformation.z > 10)
        #expect(entry.agreement.randIndex.excess > 0.9 && entry.agreement.randIndex.z > 10)
        #expect(entry.accuracy.excess > 0.4 && entry.accuracy.z > 5)
      }
    }
  }

  /// Every measure, and a number of lobes that nobody gives.
  @Test func everyMeasureFindsPlantedLobes() throws {
    let planted = PlantedLobes(lobes: 4, features: 160, noise: 0.05, seed: 9)
    let lobes = try Lobes(planted.cloud, planted.record, lobeCount: 4, drawCounts: few, seed: 1)
    #expect(lobes.functional.map(\.measure) == FiringMeasure.allCases)
    for functional in lobes.functional {
      let found = ContingencyTable(functional.division.labels, planted.functional).adjustedRandIndex
      #expect(found >= 0.9, "\(functional.measure): \(found)")
    }
    let free = try Lobes(planted.cloud, planted.record, lobeCount: nil, measures: [.phi], drawCounts: few, seed: 1)
    #expect(free.functional.map(\.division.lobeCount) == [4])
  }

  /// Lobes of points that have nothing to do with those of firings.
  @Test func independentLobesDoNotAgree() throws {
    var near: [String: Int] = [:]
    for seed in 0..<100 {
      let planted = PlantedLobes(
        lobes: 4, features: 160, dimension: 8, isIndependent: true, seed: UInt64(1000 + seed))
      let lobes = try Lobes(
        planted.cloud, planted.record, lobeCount: 4, measures: [.phi],
        drawCounts: .init(permutations: 200, fits: 20, clusterings: 0), seed: UInt64(seed))
      for entry in lobes.functional[0].comparison.entries where entry.null != .randomDirections {
        let scores = [
          "information": entry.agreement.mutualInformation.z, "pairs": entry.agreement.randIndex.z,
          "accuracy": entry.accuracy.z,
        ]
        for (name, score) in scores where abs(score) < 3 { near["\(entry.null) \(name)", default: 0] += 1 }
      }
    }
    #expect(near.count == 6)
    for (name, count) in near { #expect(count >= 95, "\(name): \(count)") }
  }

  /// Two divisions by the rate alone agree, but not beyond the rate.
  @Test func ratesAloneAreNoAgreement() throws {
    var random = RandomStream(seed: 2, stream: 5, index: 0)
    let rates = (0..<600).map { _ in random.below(60) }
    let left = rates.map { Int32($0 / 20) }
    let right = rates.map { Int32(random.uniform() < 0.2 ? random.below(3) : $0 / 20) }
    let permuted = try LabelAgreement(left, right, drawCount: 100, seed: 3)
    #expect(permuted.mutualInformation.z > 20)
    let matched = try LabelAgreement(left, right, rates: rates, drawCount: 100, seed: 3)
    #expect(matched.mutualInformation.value == permuted.mutualInformation.value)
    #expect(matched.mutualInformation.excess < permuted.mutualInformation.excess / 5)
  }

  @Test func whatCannotBeDivided() throws {
    let planted = PlantedLobes(lobes: 2, features: 30, seed: 3)
    #expect(throws: GeometryError.self) { try Lobes(planted.cloud, planted.record, lobeCount: 31, seed: 1) }
    // All that fire do so on the one document there is: phi says nothing of any.
    let one = FiringRecord(documentCount: 1, documentsOfFeatures: (0..<30).map { $0 < 3 ? [] : [0] })
    #expect(throws: GeometryError.self) {
      try Lobes(planted.cloud, one, lobeCount: 2, measures: [.phi], drawCounts: few, seed: 1)
    }
    let dice = try Lobes(planted.cloud, one, lobeCount: 2, measures: [.dice], drawCounts: few, seed: 1).functional[0]
    #expect(dice.neverFiring == 3 && dice.alwaysFiring == 0)
    #expect(dice.division.labels.prefix(3).allSatisfy { $0 == -1 })
    #expect(dice.division.labels.dropFirst(3).allSatisfy { $0 >= 0 })
    // Without firings there is geometry alone.
    #expect(try Lobes(planted.cloud, nil, lobeCount: 2, seed: 1).functional.isEmpty)
  }

  @Test func featuresThatNeverOrAlwaysFireAreCounted() throws {
    let planted = PlantedLobes(lobes: 3, features: 90, noise: 0.05, seed: 8)
    let all = Array(0..<Int32(planted.record.documentCount))
    let record = FiringRecord(
      documentCount: planted.record.documentCount,
      documentsOfFeatures: (0..<90).map { $0 < 5 ? [] : $0 < 9 ? all : Array(planted.record[feature: $0]) })
    let phi = try Lobes(planted.cloud, record, lobeCount: 3, measures: [.phi], drawCounts: few, seed: 1).functional[0]
    #expect(phi.neverFiring == 5 && phi.alwaysFiring == 4)
    #expect(phi.division.labels.prefix(9).allSatisfy { $0 == -1 })
    #expect(phi.comparison.entries[0].agreement.mutualInformation.excess > 0.9)
  }

  @Test func leadingClassesAreThoseOfTheLargestShare() {
    let record = FiringRecord(
      documentCount: 5, documentsOfFeatures: [[0, 1], [4], [], [0, 1, 2, 3, 4], [2, 3, 4], [0, 4]])
    #expect(record.leadingClasses([0, 0, 1, 1, 1], classCount: 3) == [0, 1, -1, -1, 1, 0])
  }

  @Test func randomDirectionsHaveTheCloudsMoments() throws {
    let planted = PlantedLobes(lobes: 5, features: 4000, dimension: 6, noise: 0.3, seed: 4)
    let drawn = try RandomDirections(like: planted.cloud).draw(0, seed: 7)
    func moments(_ cloud: PointCloud) -> [Double] {
      let points = cloud.matrix
      let ones = DoubleMatrix(rows: cloud.count, columns: 1, repeating: 1)
      return points.transposeTimes(points).values.map { $0 / Double(cloud.count) }
        + points.transposeTimes(ones).values.map { $0 / Double(cloud.count) }
    }
    #expect(zip(moments(drawn), moments(planted.cloud)).allSatisfy { abs($0 - $1) < 0.05 })
    #expect(try RandomDirections(like: planted.cloud).draw(1, seed: 7) != drawn)
  }
}

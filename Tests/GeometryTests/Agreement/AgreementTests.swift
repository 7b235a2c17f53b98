import Basics
import Geometry
import Testing

struct AgreementTests {
  private let reference: LobesReference

  init() throws { reference = try LobesReference.read() }

  @Test func agreementIsThatOfTheReference() {
    for (number, expected) in reference.agreement.cases.enumerated() {
      let table = ContingencyTable(expected.left, expected.right)
      #expect(abs(table.mutualInformation - expected.mutual) < 1e-12, "\(number)")
      #expect(abs(table.adjustedMutualInformation - expected.adjustedMutual) < 1e-9, "\(number)")
      #expect(abs(table.adjustedRandIndex - expected.adjustedRand) < 1e-9, "\(number)")
    }
  }

  @Test func agreementOfManyPointsIsThatOfTheReference() {
    let left = [(0, 60000), (1, 39000), (2, 1000)].flatMap { Array(repeating: Int32($0.0), count: $0.1) }
    let table = ContingencyTable(left, (0..<100_000).map { Int32($0 % 7 % 4) })
    #expect(abs(table.adjustedMutualInformation - reference.agreement.large.adjustedMutual) < 1e-9)
    #expect(abs(table.adjustedRandIndex - reference.agreement.large.adjustedRand) < 1e-9)
  }

  /// Every division of five points into classes of three and two, with every other.
  @Test func expectationIsTheMeanOverAllDivisions() {
    let left: [Int32] = [0, 0, 0, 1, 1]
    let divisions = (0..<32).filter { $0.nonzeroBitCount == 2 }.map { set in (0..<5).map { Int32(set >> $0 & 1) } }
    let mean = divisions.reduce(0) { $0 + ContingencyTable(left, $1).mutualInformation } / Double(divisions.count)
    #expect(abs(ContingencyTable(left, left).expectedMutualInformation - mean) < 1e-14)
  }

  @Test func labelsBelowZeroAreLeftOut() {
    let table = ContingencyTable([0, -1, 1, 1, 0, 5], [7, 7, 9, -2, 7, 0])
    #expect(table.count == 4)
    #expect(table.adjustedRandIndex == 1)
    #expect(ContingencyTable([-1], [0]).adjustedMutualInformation == 1)
  }

  @Test func silhouettesAreThoseOfTheReference() {
    let expected = reference.silhouette
    let cloud = PointCloud(dimension: expected.dimension, values: expected.points)
    let euclidean = Silhouette(cloud, labels: expected.labels)
    let cosine = Silhouette(cloud, labels: expected.labels, metric: .cosine)
    for point in 0..<cloud.count {
      #expect(abs(euclidean.values[point] - expected.euclidean[point]) < 1e-9, "\(point)")
      #expect(abs(cosine.values[point] - expected.cosine[point]) < 1e-9, "\(point)")
    }
  }

  /// Several tiles, against distances taken one by one; a point without a class changes nothing.
  @Test func silhouettesOfManyPointsAreTheDefinition() {
    var random = RandomStream(seed: 5, stream: 1, index: 0)
    let values = (0..<700 * 3).map { _ in Float(random.normal()) + 1000 }
    let cloud = PointCloud(dimension: 3, values: values)
    let labels = (0..<700).map { $0 == 9 ? -1 : Int32($0 % 5) }
    let found = Silhouette(cloud, labels: labels)
    #expect(found.values[9].isNaN && found.mean.isFinite)
    for point in [0, 255, 256, 699] {
      var (sums, counts) = (Array(repeating: 0.0, count: 5), Array(repeating: 0.0, count: 5))
      for other in 0..<700 where other != point && other != 9 {
        let square = zip(cloud[point: point], cloud[point: other]).reduce(0) { sum, pair in
          sum + (Double(pair.0) - Double(pair.1)) * (Double(pair.0) - Double(pair.1))
        }
        sums[Int(labels[other])] += square.squareRoot()
        counts[Int(labels[other])] += 1
      }
      let (own, means) = (Int(labels[point]), zip(sums, counts).map { $0 / $1 })
      let outside = (0..<5).filter { $0 != own }.map { means[$0] }.min() ?? 0
      #expect(abs(found.values[point] - (outside - means[own]) / max(outside, means[own])) < 1e-9)
    }
  }

  @Test func equalPointsInTwoClassesHaveNoSilhouette() {
    let cloud = PointCloud(dimension: 2, values: [1, 3, 1, 3, 1, 3, 1, 3])
    #expect(Silhouette(cloud, labels: [0, 0, 1, 1], metric: .cosine).values == [0, 0, 0, 0])
    #expect(Silhouette(cloud, labels: [0, 0, 1, 1]).values == [0, 0, 0, 0])
    #expect(Silhouette(cloud, labels: [2, 2, 2, 2]).values == [0, 0, 0, 0])
  }
}

import Basics
import Foundation
import Geometry
import Testing

struct LogisticRegressionTests {
  @Test func predictionsAreThoseOfTheReference() throws {
    for expected in try LobesReference.read().regression {
      let cloud = PointCloud(dimension: expected.dimension, values: expected.points)
      let heldOut = (0..<cloud.count).map { $0 % 3 == 0 }
      let found = LabelPrediction(cloud, labels: expected.labels, heldOut: heldOut)
      #expect(abs(found.accuracy - expected.accuracy) <= 0.005)
      #expect(abs(found.balancedAccuracy - expected.balancedAccuracy) <= 0.005)
      #expect(found.interval.contains(found.balancedAccuracy))
      let learnt = heldOut.indices.filter { !heldOut[$0] }
      let classCount = Int(expected.labels.max() ?? 0) + 1
      let model = LogisticRegression(
        cloud[points: learnt], labels: learnt.map { expected.labels[$0] }, classCount: classCount)
      #expect(model.gradient <= 1e-5)
      let asked = heldOut.indices.filter { heldOut[$0] }.prefix(8)
      let probabilities = model.probabilities(of: cloud[points: asked])
      #expect(zip(probabilities.values, expected.probabilities).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  /// Deviations from 1 down to 1e-8, steeper than those of clouds of mutants, and classes of very different sizes.
  @Test(arguments: [UInt64(1), 2, 3]) func fewStepsAreEnoughHoweverSteepTheSpectrum(seed: UInt64) {
    let (count, dimension) = (600, 16)
    var random = RandomStream(seed: seed, stream: 7, index: 0)
    let cloud = PointCloud(
      dimension: dimension,
      values: (0..<count * dimension).map { Float(random.normal() * pow(0.3, Double($0 % dimension))) })
    let labels = (0..<count).map { point -> Int32 in
      let place = Double(cloud.values[point * dimension]) + random.normal()
      return place > 1.5 ? 2 : place > 0 ? 1 : 0
    }
    let model = LogisticRegression(cloud, labels: labels, classCount: 3)
    #expect(model.gradient <= 1e-5)
    #expect(model.stepCount <= 30)
  }

  @Test func splitsKeepTheSharesOfClasses() {
    let labels: [Int32] = [-1, -1, -1, 7, 8, 8] + (6..<1000).map { Int32($0 % 2) }
    let heldOut = LabelPrediction.split(labels, seed: 4)
    func count(_ label: Int32) -> Int { zip(labels, heldOut).count { $0 == label && $1 } }
    #expect([-1, 7, 8, 0, 1].map(count) == [0, 0, 1, 99, 99])
    #expect(heldOut == LabelPrediction.split(labels, seed: 4))
    #expect(heldOut != LabelPrediction.split(labels, seed: 5))
  }

  /// A prediction from positions that say nothing is right as often as chance; where nothing is held out, it is not a
  /// number.
  @Test func nothingToLearn() {
    let flat = PointCloud(dimension: 2, values: Array(repeating: 1, count: 400))
    let labels = (0..<200).map { Int32($0 % 4) }
    let found = LabelPrediction(flat, labels: labels, heldOut: LabelPrediction.split(labels, seed: 1))
    #expect(found.balancedAccuracy == 0.25 && found.classCount == 4 && found.interval.contains(0.25))
    let none = LabelPrediction(flat, labels: labels, heldOut: Array(repeating: false, count: 200))
    #expect(none.balancedAccuracy.isNaN && none.count == 0)
  }
}

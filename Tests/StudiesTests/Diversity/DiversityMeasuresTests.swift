import Foundation
import LinearAlgebra
import Statistics
import Studies
import Testing
import Texts

/// Numbers of diversity against those made by hand.
struct DiversityMeasuresTests {
  private func isNear(_ value: Double, _ other: Double) -> Bool { abs(value - other) < 1e-12 }

  @Test func runsOfTokensAreCounted() {
    let counts = GramCounts([[1, 2, 3, 4], [1, 2, 3, 5], [1, 2]])
    // Tokens 1 … 5 of 10; 12, 23, 34, 35 of 7; 123, 234, 235 of 4.
    #expect(counts.distinct(1, of: 0..<3) == 0.5)
    #expect(isNear(counts.distinct(2, of: 0..<3), 4.0 / 7))
    #expect(counts.distinct(3, of: 0..<3) == 0.75)
    #expect(counts.distinct(3, of: [2]).isNaN)
    #expect(counts.distinct(2, of: [2]) == 1)
  }

  @Test func selfBLEUIsThatOfThePaper() {
    let counts = GramCounts([[1, 2, 3, 4], [1, 2, 3, 5], [1, 2, 6, 7]])
    // Hits and counts of runs of 1 … 4 tokens, with one added from 2 on: 3/4, 3/4, 2/3, 1/2.
    let near = pow(3.0 / 4 * 3 / 4 * 2 / 3 * 1 / 2, 0.25)
    // The third one: 2/4, 2/4, 1/3, 1/2.
    let far = pow(2.0 / 4 * 2 / 4 * 1 / 3 * 1 / 2, 0.25)
    #expect(zip(counts.selfBLEU(of: [0, 1, 2]), [near, near, far]).allSatisfy(isNear))
    // Without the second one, the first has what the third one has.
    #expect(zip(counts.selfBLEU(of: [0, 2]), [far, far]).allSatisfy(isNear))
  }

  @Test func countsAreClippedAndShortTextsPunished() {
    let counts = GramCounts([[5, 5, 5], [5, 6, 5, 7, 8], [5, 9, 9, 9]])
    let found = counts.selfBLEU(of: [0, 1, 2])
    // Of three 5s two are in one of the others, and no pair; the nearest length is 4.
    #expect(isNear(found[0], pow(2.0 / 3 * 1 / 3 * 1 / 2 * 1 / 1, 0.25) * exp(1 - 4.0 / 3)))
    // Two 5s of five; the nearest length is shorter, which costs nothing.
    #expect(isNear(found[1], pow(2.0 / 5 * 1 / 5 * 1 / 4 * 1 / 3, 0.25)))
    // Nothing in common is 0.
    #expect(GramCounts([[1, 2], [3, 4]]).selfBLEU(of: [0, 1]) == [0, 0])
    // Of two lengths that are equally near the shorter one counts.
    let middle = GramCounts([[1, 1, 1], [1, 1], [1, 1, 1, 1]]).selfBLEU(of: [0, 1, 2])
    #expect(isNear(middle[0], 1))
  }

  @Test func tokensAreWhereCumulatedProbabilitiesExceed() {
    // Probabilities 1/4, 1/2, 0, 1/4.
    let logits: [Float] = [0, Float(log(2.0)), -.infinity, 0]
    func token(_ uniform: Double, temperature: Double = 1) -> Int32 {
      logits.withUnsafeBufferPointer { PortableSampling(temperature: temperature).token($0, at: uniform) }
    }
    #expect([0.1, 0.24, 0.26, 0.74, 0.76, 0.999].map { token($0) } == [0, 0, 1, 1, 3, 3])
    // At half the temperature 1/6, 2/3, 0, 1/6.
    #expect([0.16, 0.17, 0.83, 0.84].map { token($0, temperature: 0.5) } == [0, 1, 1, 3])
  }

  @Test func opennessIsTheEntropyOfTheNextToken() {
    func next(_ logits: [Float]) -> NextToken { logits.withUnsafeBufferPointer { NextToken(logits: $0) } }
    #expect(next([3, 3, 3, 3]) == NextToken(bits: 2, topProbability: 0.25))
    #expect(next([3, -.infinity, 3]) == NextToken(bits: 1, topProbability: 0.5))
    #expect(next([100, 0]).bits < 1e-12 && next([7]).bits == 0)
    let third = next([0, Float(log(2.0)), 0])
    #expect(abs(third.bits - 1.5) < 1e-7 && abs(third.effectiveVocabulary - 2.8284271) < 1e-6)
    let text = TextOpenness([[NextToken(bits: 1, topProbability: 0.5), NextToken(bits: 3, topProbability: 0.25)]])
    #expect(text.meanBits == 2 && text.effectiveVocabulary == 5 && text.topProbability == 0.375)
    #expect(zip(text.quantiles, [1.1, 1.5, 2, 2.5, 2.9]).allSatisfy(isNear) && text.interval.low.isNaN)
  }

  @Test func clustersAreThoseOfPointsThatLieTogether() {
    let points = DoubleMatrix(rows: 4, columns: 1, values: [0, 10, 1, 11])
    let clusters = PortableClusters(points, count: 2, seed: 3)
    #expect(clusters.labels[0] == clusters.labels[2] && clusters.labels[1] == clusters.labels[3])
    #expect(clusters.labels[0] != clusters.labels[1] && clusters.sizes == [2, 2] && clusters.bits == 1)
    #expect(abs(clusters.silhouette(points) - (9.5 / 10.5 + 8.5 / 9.5) / 2) < 1e-6)
    // Without a second cluster there is nothing to be apart from.
    #expect(PortableClusters(points, count: 1, seed: 3).silhouette(points) == 0)
    #expect(PortableClusters(points, count: 4, seed: 3).silhouette(points) == 0)
  }

  @Test func statesAreMeasuredInTheirDeviations() {
    let space = SampleSpace(DoubleMatrix(rows: 2, columns: 3, values: [1, 0, 7, 3, 4, 7]))
    #expect(space.points.values == [-1, -1, 0, 1, 1, 0])
    let cosine = (3.0 + 0 + 49) / (50.0 * 74).squareRoot()
    #expect(isNear(space.meanCosineDistance, 1 - cosine))
  }

  /// A column that is 0.1 in all states has no deviation, whatever rounding leaves of it.
  @Test func columnsThatDoNotMoveAreNotBlownUp() {
    let space = SampleSpace(DoubleMatrix(rows: 3, columns: 2, values: [0.1, 1, 0.1, 2, 0.1, 3]))
    #expect((0..<3).allSatisfy { abs(space.points[$0, 0]) < 1e-15 })
  }

  @Test func returnsAreComparedWithClustersDealtAnew() {
    let found = AttractorReturn(came: [0, 0, 1, 1], ends: [[0, 0], [0, 1], [1, 1], [1, 1]], shares: [0.75, 0.25])
    #expect(found.rate == 7.0 / 8 && found.baseRate == 0.5)
    // Of the six deals one gives seven returns, one gives one, and four give four.
    #expect(abs(found.exchangedRate - 0.5) < 0.01 && abs(found.chance.value - 1.0 / 6) < 0.02)
  }
}

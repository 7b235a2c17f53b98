import Foundation
import LinearAlgebra
import Statistics
import Studies
import Testing
import TestSupport

/// The measures by hand and by brute force.
struct CouplingMeasuresTests {
  @Test func couplingIsThatOfItsDefinition() {
    let size = 7
    var numbers = SeededNumbers(seed: 3)
    let product = Matrix(rows: size, columns: size)
    for place in 0..<size * size { product.view[place / size, place % size] = numbers.float(2) }
    let singular = (0..<size).map { Double(size - $0) / 2 }
    let widths = [1, 2, 5, 7]
    let found = BlockCoupling.all(product.view.reading, singular: singular, widths: widths)
    for (width, found) in zip(widths, found) {
      var (squares, length, sum) = (0.0, 0.0, 0.0)
      for row in 0..<width {
        length += singular[row] * singular[row]
        sum += singular[row]
        for column in 0..<width {
          let entry = Double(abs(product.view[row, column])) - (row == column ? singular[row] : 0)
          squares += entry * entry
        }
      }
      #expect(abs(found.norm - (squares / length).squareRoot()) < 1e-12)
      #expect(abs(found.trace - squares.squareRoot() / sum) < 1e-12)
    }
  }

  @Test func signsOfSingularVectorsDoNotMatter() {
    let product = Matrix(rows: 2, columns: 2)
    (product.view[0, 0], product.view[1, 1]) = (-3, 2)
    let found = BlockCoupling.all(product.view.reading, singular: [3, 2], widths: [1, 2])
    #expect(found.map(\.norm) == [0, 0] && found.map(\.trace) == [0, 0])
    product.view[0, 1] = 1
    let other = BlockCoupling.all(product.view.reading, singular: [3, 2], widths: [2])[0]
    #expect(abs(other.norm - 1 / 13.0.squareRoot()) < 1e-12 && abs(other.trace - 0.2) < 1e-12)
    #expect(BlockCoupling.all(product.view.reading, singular: [0, 0], widths: [1])[0].norm == .infinity)
  }

  // MARK: Paths

  @Test func aStraightPathHasTheScoreOne() {
    let points = [1.0, 2, 4, 8].map { [3 * $0, 4 * $0, 0] }
    let path = TokenPath(points: points, linear: [0, 1, 0])
    #expect(abs(path.lineShape - 1) < 1e-12 && path.norms == [5, 10, 20, 40])
    // Exactly exponential.
    #expect(path.growthVariation < 1e-20 && abs(path.growth.slope - log(2)) < 1e-12)
    #expect(abs(path.growth.determination - 1) < 1e-12)
    #expect(path.topDimension == 1 && abs(path.topShare - 0.64) < 1e-12)
    #expect(abs(path.linearCosine - 0.8) < 1e-12 && abs(path.firstLastCosine - 1) < 1e-12)
    #expect(abs(path.lineShapeWithoutTop - 1) < 1e-12)
  }

  @Test func rightAnglesHaveTheRootOfTheirNumber() {
    let points: [[Double]] = [[0, 0, 0, 1], [5, 0, 0, 1], [5, 2, 0, 1], [5, 2, 9, 1]]
    let path = TokenPath(points: points, linear: points[0])
    #expect(abs(path.lineShape - 3.0.squareRoot()) < 1e-12)
    // Without the third dimension its step has no direction.
    #expect(path.topDimension == 2 && path.lineShapeWithoutTop.isNaN)
    #expect(abs(path.linearCosine - path.firstLastCosine) < 1e-12)
  }

  @Test func linesAreThoseOfLeastSquares() {
    let fit = LineFit([0, 1, 2, 3], [1, 3, 2, 5])
    #expect(abs(fit.slope - 1.1) < 1e-12 && abs(fit.intercept - 1.1) < 1e-12)
    #expect(abs(fit.determination - (1 - 2.7 / 8.75)) < 1e-12)
    #expect(LineFit([0, 1], [1, 3]).slope.isNaN)
  }

  // MARK: Comparisons

  @Test func bothPromptsAndHostsCount() {
    // Ten prompts, all 2 above the mean of five hosts, which are 0, 1, 2, 3 and 4.
    let hosts = (0..<5).map { host in (0..<10).map { Double(host) + Double($0) / 100 } }
    let own = (0..<10).map { 4 + Double($0) / 100 }
    let found = HostComparison(trained: own, untrained: hosts)
    #expect(abs(found.difference - 2) < 1e-12 && abs(found.interval.low - 2) < 1e-12)
    #expect(found.promptChance == 1 / 512.0 && found.leastChance == 1 / 512.0)
    #expect(abs(found.deviations - 2 / 2.5.squareRoot()) < 1e-12)
    let t = 2 / (2.5 * 1.2).squareRoot()
    #expect(abs(found.hostChance - 2 * TailProbability.student(t, degrees: 4)) < 1e-12)
    #expect(found.chance == found.hostChance && !found.isFound(among: 1))
    // Hosts that are close together.
    let close = HostComparison(trained: own, untrained: hosts.map { $0.map { 2 + ($0 - 2) / 100 } })
    #expect(close.chance == close.promptChance && close.isFound(among: 5) && !close.isFound(among: 6))
    // A single host says nothing of hosts.
    #expect(HostComparison(trained: own, untrained: [hosts[0]]).chance.isNaN)
    #expect(!HostComparison(trained: own, untrained: [hosts[0]]).isFound(among: 1))
  }
}

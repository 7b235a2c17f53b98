import Foundation
import Statistics
import Testing
import TestSupport

/// Sums that are drawn under a shift, against what can be counted by hand and against exact tests that are them.
struct ShiftTests {
  @Test func drawnSumsAreCounted() {
    // Two of four, two of which score: 1, 4 and 1 of 6 ways; with odds of 2 these weigh 1, 8 and 4.
    let sum = DrawnSum([1, 0, 1, 0], drawing: 2)
    #expect(sum.least == 0 && !sum.isFixed)
    #expect(zip(sum.probabilities(shift: 0), [1.0, 4, 1]).allSatisfy { abs($0 - $1 / 6) < 1e-15 })
    #expect(zip(sum.probabilities(shift: log(2)), [1.0, 8, 4]).allSatisfy { abs($0 - $1 / 13) < 1e-15 })
    // What nothing can be learned from.
    #expect(DrawnSum([2, 2, 2], drawing: 1).isFixed && DrawnSum([2, 2, 2], drawing: 1).least == 2)
    #expect(DrawnSum([], drawing: 0).isFixed && DrawnSum([0, 3], drawing: 2).least == 3)
    #expect(DrawnSum([0, 3], drawing: 1).probabilities(shift: 0) == [0.5, 0, 0, 0.5])
    // No power is too large.
    #expect(DrawnSum([0, 3], drawing: 1).probabilities(shift: -900).reduce(0, +) == 1)
  }

  @Test func pairsAreTheTestOfMcNemar() {
    let pairs = Array(repeating: DrawnSum([0, 1], drawing: 1), count: 9)
    let sum = ShiftedSum(pairs.map { (sum: $0, shift: 0) })
    for count in 0...9 {
      #expect(abs(sum.probability(of: count) - TailProbability.evenSplit(count, 9 - count)) < 1e-14)
    }
    #expect(sum.mean == 4.5 && abs(sum.leastProbability - 2 / 512.0) < 1e-15)
  }

  @Test func sidesAreFishersTest() {
    // Six of ten drawn, five of which score: the tails of the hypergeometric distribution.
    let sum = ShiftedSum([
      (sum: DrawnSum(Array(repeating: 1, count: 5) + Array(repeating: 0, count: 5), drawing: 6), shift: 0)
    ])
    let upper = TailProbability.hypergeometric(5, drawn: 6, marked: 5, total: 10)
    #expect(abs(sum.probability(of: 5) - 2 * upper) < 1e-14)
  }

  @Test func aCommonShiftIsFound() {
    // In each of two groups pairs are three times, and a third as often, in favour of the first side.
    let drawn = DrawnSum([0, 1], drawing: 1)
    func cell(_ group: Int, _ stratum: Int, _ sum: Int) -> CommonShift.Cell {
      var cell = CommonShift.Cell(group: group, stratum: stratum, drawn: drawn)
      (cell.count, cell.sum) = (4000, sum)
      return cell
    }
    let shift = CommonShift(
      [cell(0, 0, 3000), cell(0, 1, 3000), cell(1, 0, 1000), cell(1, 1, 1000)], groupCount: 2, stratumCount: 2)
    #expect(
      abs(shift.value(group: 0, stratum: 1) - log(3)) < 0.01 && abs(shift.value(group: 1, stratum: 0) + log(3)) < 0.01)
    #expect(abs(shift.overall) < 0.01)
    // Where all is on one side the shift is large, and finite.
    let whole = CommonShift([cell(0, 0, 4000)], groupCount: 1, stratumCount: 1).value(group: 0, stratum: 0)
    #expect(whole > 2 && whole < 20)
    // Without the only sum that it was learned from, nothing is left of it.
    let single = DrawnSum([0, 5], drawing: 1)
    var only = CommonShift.Cell(group: 0, stratum: 0, drawn: single)
    (only.count, only.sum) = (1, 5)
    let learned = CommonShift([only], groupCount: 1, stratumCount: 1)
    #expect(learned.value(group: 0, stratum: 0) > 0.3)
    #expect(abs(learned.values(group: 0, without: [(drawn: single, sum: 5)])[0]) < 1e-6)
  }

  @Test func ranksAreThoseOfSpearman() {
    // scipy.stats.spearmanr([1, 2, 2, 5, 9], [3, 1, 4, 4, 8]) of SciPy 1.14.
    let own = Correlation(ranksOf: [1, 2, 2, 5, 9], [3, 1, 4, 4, 8])
    #expect(abs(own.value - 0.763157894736842) < 1e-12)
    #expect([4.0, 1, 4, 9].midRanks == [2.5, 1, 2.5, 4])
  }
}

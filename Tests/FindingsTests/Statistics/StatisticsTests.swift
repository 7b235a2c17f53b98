import Findings
import Statistics
import Testing

struct StatisticsTests {
  /// Newcombe 1998, Statistics in Medicine 17, 857–872, table I, method 3: four digits are printed there.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
  ])
  func wilsonIntervalsArePublishedOnes(count: Int, total: Int, low: Double, high: Double) {
    let interval = Proportion(count: count, total: total).wilsonInterval
    #expect(abs(interval.low - low) < 0.5e-4)
    #expect(abs(interval.high - high) < 0.5e-4)
  }

  @Test func wilsonIntervalIsSymmetricAndHasExactEnds() {
    let few = Proportion(count: 3, total: 40).wilsonInterval
    let many = Proportion(count: 37, total: 40).wilsonInterval
    #expect(abs(few.low - (1 - many.high)) < 1e-15 && abs(few.high - (1 - many.low)) < 1e-15)
    #expect(Proportion(count: 0, total: 7).wilsonInterval.low == 0)
    #expect(Proportion(count: 7, total: 7).wilsonInterval.high == 1)
  }

  @Test func noVerdictsHaveNoShare() {
    #expect(Proportion().share.isNaN)
    #expect(Proportion().wilsonInterval.low.isNaN && Proportion().wilsonInterval.high.isNaN)
    #expect(LogOddsRatio(of: Proportion(count: 1, total: 2), against: Proportion()).value.isNaN)
  }

  /// Cells 9.5, 1.5, 1.5, 9.5: 2 ln(9.5 / 1.5), and the root of 2 / 9.5 + 2 / 1.5 for the deviation.
  @Test func logOddsRatioIsTheOneOfTheFormula() {
    let ratio = LogOddsRatio(
      of: Proportion(count: 9, total: 10), against: Proportion(count: 1, total: 10))
    #expect(abs(ratio.value - 3.6916533809966) < 1e-12)
    #expect(abs(ratio.interval.high - ratio.value - 1.959963984540054 * 1.242521488394791) < 1e-12)
    #expect(abs(ratio.interval.high + ratio.interval.low - 2 * ratio.value) < 1e-12)
  }

  @Test func logOddsRatioIsFiniteWhereACellIsEmpty() {
    let ratio = LogOddsRatio(of: Proportion(count: 0, total: 5), against: Proportion(count: 5, total: 5))
    // −2 ln 11, since the cells are 0.5, 5.5, 5.5 and 0.5.
    #expect(abs(ratio.value + 4.795790545596741) < 1e-12)
  }
}

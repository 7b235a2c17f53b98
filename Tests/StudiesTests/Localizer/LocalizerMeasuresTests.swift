import LinearAlgebra
import Perturbations
import Statistics
import Studies
import Testing
import TestSupport
import Transformer

/// Numbers of the localizer against those made by hand, and planted truths.
struct LocalizerMeasuresTests {
  private func isNear(_ value: Double, _ other: Double, _ error: Double = 1e-12) -> Bool {
    abs(value - other) <= error * max(1, abs(other))
  }

  // MARK: Contrasts

  @Test func welchsTestIsThatOfItsFormula() {
    // Means 2 and 5, variances 1 and 20/3, squared standard errors 1/3 and 5/3; the tail by Simpson's rule.
    let test = WelchTest([1, 2, 3], [2, 4, 6, 8])
    #expect(isNear(test.t, -3 / 2.0.squareRoot()) && isNear(test.degrees, 4 / (1.0 / 18 + 25.0 / 27)))
    #expect(isNear(test.probability, 0.09991286431179865, 1e-9))
    let constant = WelchTest([3, 3], [1, 1, 1])
    #expect(constant.t == 0 && constant.degrees == 1 && constant.probability == 1)
  }

  @Test func unitsThatNeverMoveDoNotDiffer() {
    // The first unit is 0.1 in all rows, the second one differs in magnitude alone, the third one by 3 in both.
    let first = DoubleMatrix(rows: 3, columns: 3, values: [0.1, 2, 1, 0.1, -2, 2, 0.1, 1.5, 3])
    let second = DoubleMatrix(rows: 4, columns: 3, values: [0.1, 1, 2, 0.1, -1, 4, 0.1, 0.5, 6, 0.1, -0.5, 8])
    let (signed, absolute) = (UnitContrast(first, second, .signed), UnitContrast(first, second, .absolute))
    #expect(signed.t[0] == 0 && signed.probabilities[0] == 1 && absolute.t[0] == 0)
    #expect(isNear(signed.t[2], -3 / 2.0.squareRoot()) && isNear(absolute.t[2], signed.t[2]))
    // |x|: 2, 2, 1.5 less 1, 1, 0.5, 0.5; means 11/6 and 3/4, variances 1/12 each.
    #expect(isNear(absolute.t[1], (11.0 / 6 - 0.75) / (1.0 / 36 + 1.0 / 48).squareRoot()))
    #expect(abs(signed.t[1]) < 0.5)
  }

  /// Noise with units 7, 20 and 41 raised in the first condition.
  private func planted() -> (DoubleMatrix, DoubleMatrix) {
    let noise = SampleRows(seed: 3, rows: 24, columns: 50).matrix
    var first = noise[rows: 0..<12]
    for row in 0..<12 { for unit in [7, 20, 41] { first[row, unit] += 3 } }
    return (first, noise[rows: 12..<24])
  }

  @Test func plantedUnitsAreFound() {
    let (first, second) = planted()
    let contrast = UnitContrast(first, second, .signed)
    #expect(contrast.differs.indices.filter { contrast.differs[$0] } == [7, 20, 41])
    let grid = UnitGrid(layerCount: 2, width: 25)
    let sets = UnitSets(
      .mlpHidden, grid, t: contrast.t, magnitudes: (0..<50).map { Double(100 - $0) }, seeds: [0, 4], permille: 60)
    #expect(Set(sets.sets[0]) == [7, 20, 41] && UnitSets.names(seeds: [0, 4]).count == sets.sets.count)
    // The nearest ranks that are not chosen, the better one of two; then the nearest of those left.
    #expect(sets.sets[1] == [6, 19, 40] && sets.sets[2] == [5, 18, 39])
    for control in sets.sets[1...] { #expect(control.count == 3 && Set(control).isDisjoint(with: [7, 20, 41])) }
    #expect(sets.sets[3] != sets.sets[4])
    let all = UnitSets(.mlpHidden, grid, t: contrast.t, magnitudes: contrast.t, seeds: [0], permille: 500)
    #expect(all.sets.map(\.count) == [25, 25, 25])
    let magnitudes = (0..<50).map(Double.init)
    let more = UnitSets(.mlpHidden, grid, t: contrast.t, magnitudes: magnitudes, seeds: [0, 1], permille: 400)
    #expect(more.sets.map(\.count) == [20, 20, 0, 20, 20])
  }

  @Test func plantedUnitsAreBeyondLabelsDealtAnew() {
    let (first, second) = planted()
    let draws = LabelPermutation(first, second).discoveries(draws: 0..<99)
    let found = AnswerMode.allCases.reduce(0) { $0 + UnitContrast(first, second, $1).discoveries }
    #expect(PermutationProbability(Double(found), among: draws.map(Double.init)).isLeast)
    // Parts of the draws are the same draws.
    #expect(LabelPermutation(first, second).discoveries(draws: 40..<50) == Array(draws[40..<50]))
  }

  @Test func costsAreComparedWithTheSpreadOfControls() {
    // Mean 2, deviation 1: (6 − 2) / √(1 + 1/3), two degrees of freedom, whose tail is (1 − t / √(2 + t²)) / 2.
    let found = Lesions.Comparison(6, [1, 2, 3, .nan])
    let t = 4 / (4.0 / 3).squareRoot()
    #expect(isNear(found.probability, (1 - t / (2 + t * t).squareRoot()) / 2, 1e-9) && found.exceedsAll)
    #expect(!Lesions.Comparison(3, [1, 2, 3]).exceedsAll && Lesions.Comparison(3, [1]).probability.isNaN)
  }

  // MARK: Responses

  @Test func leftOutPredictionsAreThoseOfTheOthers() throws {
    let points = SampleRows(seed: 5, rows: 7, columns: 3).matrix
    let responses = SampleRows(seed: 6, rows: 7, columns: 2).matrix
    let kernel = points.timesTranspose(points)
    for penalty in [0.01, 2] {
      let found = try KernelRidge(kernel: kernel).fit(responses).leftOut(penalty)
      for row in 0..<7 {
        let others = (0..<7).filter { $0 != row }
        let fit = try KernelRidge(kernel: kernel[rows: others][columns: others]).fit(responses[rows: others])
        let expected = fit.predictions(kernel[rows: [row]][columns: others], penalties: [penalty, penalty])
        #expect(zip(found[row: row], expected.values).allSatisfy { isNear($0, $1, 1e-9) })
      }
    }
  }

  @Test func aLineIsShrunkByThePenalty() throws {
    // x = −1, 0, 1 and y = 0, 3, 6: the slope is 6 / (2 + 1).
    let x = DoubleMatrix(rows: 3, columns: 1, values: [-1, 0, 1])
    let fit = try KernelRidge(kernel: x.timesTranspose(x)).fit(DoubleMatrix(rows: 3, columns: 1, values: [0, 3, 6]))
    let other = DoubleMatrix(rows: 1, columns: 1, values: [4]).timesTranspose(x)
    #expect(isNear(fit.predictions(other, penalties: [1])[0, 0], 3 + 2 * 4))
    #expect(fit.bestPenalties([1, 0.25, 8]) == [0.25])
  }

  /// Responses mix 8 of 20 units with noise of variance 0.5625, so that a perfect prediction correlates 0.8.
  @Test func plantedResponsesReachTheirCeiling() throws {
    let (count, width) = (300, 20)
    let units = SampleRows(seed: 8, rows: count, columns: width).matrix
    let noise = SampleRows(seed: 9, rows: count, columns: 6).matrix
    var responses = DoubleMatrix(rows: count, columns: 6)
    for column in 0..<6 {
      for row in 0..<count {
        let signal = (0..<8).reduce(0) { $0 + units[row, (2 * $1 + column) % width] } / 8.0.squareRoot()
        responses[row, column] = signal + 0.75 * noise[row, column]
      }
    }
    let folds = (0..<count).map { $0 / 60 }
    let found = try Alignment(units, folds: folds, penalties: [0.001, 0.1, 10]).prediction(responses)
    // Three standard errors of r = 0.8 over as many stimuli.
    let error = 3 * 0.36 / Double(count).squareRoot()
    #expect(found.grouped.allSatisfy { abs($0 - 0.8) < error }, "\(found.grouped)")
    #expect(found.leaveOneOut.allSatisfy { abs($0 - 0.8) < error }, "\(found.leaveOneOut)")
  }

  @Test func stimuliArePermutedWithinTheirFolds() {
    let folds = [0, 0, 1, 1, 1, 0, 2, 2]
    for draw in 0..<20 {
      let order = Alignment.order(draw: draw, folds: folds)
      #expect(order.sorted() == Array(0..<8) && order.map { folds[$0] } == folds)
    }
    #expect(Alignment.order(draw: 0, folds: folds) != Alignment.order(draw: 1, folds: folds))
    // Where each stimulus is a fold of its own, they are permuted among all.
    #expect((0..<5).contains { Alignment.order(draw: $0, folds: [0, 1, 2, 3]) != [0, 1, 2, 3] })
  }

  @Test func permutedResponsesAreThoseOfTheirOrder() throws {
    let units = SampleRows(seed: 11, rows: 12, columns: 5).matrix
    let responses = SampleRows(seed: 12, rows: 12, columns: 3).matrix
    let alignment = try Alignment(units, folds: (0..<12).map { $0 / 4 }, penalties: [0.1, 1, 10])
    let order = Alignment.order(draw: 3, folds: (0..<12).map { $0 / 4 })
    let chance = alignment.chance(responses, orders: [Array(0..<12), order])
    let expected = try [responses, responses[rows: order]].map { try alignment.prediction($0).grouped.median }
    #expect(isNear(chance[0], expected[0], 1e-9) && isNear(chance[1], expected[1], 1e-9))
  }

  @Test func whatDoesNotMoveCorrelatesWithNothing() {
    #expect(Correlation([Double](repeating: 0.1, count: 3), [1, 2, 4]).value.isNaN)
    #expect(isNear(Correlation([1e6 + 1, 1e6 + 2, 1e6 + 3], [2, 4, 6]).value, 1))
  }

  // MARK: Reading

  @Test func timesThatGoByTokensAreNotSurprise() {
    let noise = SampleRows(seed: 14, rows: 60, columns: 2).matrix
    func words(_ time: (Double, Double) -> Double) -> [Surprisal.Word] {
      (0..<60).map { word in
        let tokens = Double(1 + word % 4)
        let bits = 3 * tokens + noise[word, 0]
        return .init(bits: bits, tokens: tokens, time: time(bits, tokens) + noise[word, 1], passage: word / 20)
      }
    }
    let surprise = Surprisal(words { bits, _ in 4 * bits }, draws: 199)
    #expect(surprise.whole.r > 0.9 && surprise.whole.probability.isLeast && surprise.partial.probability.isLeast)
    let length = Surprisal(words { _, tokens in 12 * tokens }, draws: 199)
    #expect(length.whole.probability.isLeast && length.partial.probability.value > 0.05)
  }
}

/// Rows of normal noise.
struct SampleRows {
  let matrix: DoubleMatrix

  init(seed: UInt64, rows: Int, columns: Int) {
    var numbers = SeededNumbers(seed: seed)
    matrix = DoubleMatrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in numbers.normal() })
  }
}

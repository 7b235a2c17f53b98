import Findings
import Foundation
import Perturbations
import Statistics
import Testing
import TestSupport
import Transformer

/// Every statistic against SciPy and statsmodels: Fixtures/statistics.py made the values.
struct ReferenceTests {
  private struct Reference: Decodable {
    struct Tails: Decodable {
      let binomial, hypergeometric, student, normal: [[Double]]
    }
    struct Rates: Decodable { let values, adjusted: [Double] }
    struct Pair: Decodable { let first, second, expected: [Double] }
    struct Line: Decodable { let values, predictor, line, constant, origin: [Double] }
    struct Screen: Decodable {
      let rows, columns, inputs: Int
      let verdicts: [Int]
      let drive: [Double]
    }
    struct Bias: Decodable {
      let more, less: Int
      let effect, region, row, column: Double
    }
    struct Blocks: Decodable {
      let excess, chanceZ, marginZ, marginP, arithmeticP, aloneZ, aloneP: [Double]
    }
    struct Overlap: Decodable {
      let jaccard, regions: [Double]
      let p: Double
    }
    struct Complementarity: Decodable { let rowScores: [[Double]] }
    struct Digamma: Decodable { let arguments, values, derivatives: [Double] }

    let tails: Tails
    let falseDiscoveryRate: Rates
    let correlation: Pair
    let outliers: Line
    let screen: Screen
    let bias: Bias
    let rowEnrichment, columnEnrichment: Blocks
    let overlap: Overlap
    let complementarity: Complementarity
    let digamma: Digamma
  }

  private let reference: Reference

  init() throws {
    let path = URL(fileURLWithPath: Places.root + "/Tests/FindingsTests/Fixtures/statistics.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    reference = try decoder.decode(Reference.self, from: Data(contentsOf: path))
  }

  /// Equal to 1e-9, and so are probabilities relative to their size.
  private func isNear(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= 1e-9 * min(1, abs(expected)) + 1e-300
  }

  private func areNear(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) }
  }

  // MARK: Distributions

  @Test func tails() {
    for row in reference.tails.binomial {
      #expect(isNear(TailProbability.binomial(Int(row[0]), trials: Int(row[1]), probability: row[2]), row[3]), "\(row)")
    }
    for row in reference.tails.hypergeometric {
      let value = TailProbability.hypergeometric(
        Int(row[0]), drawn: Int(row[1]), marked: Int(row[2]), total: Int(row[3]))
      #expect(isNear(value, row[4]), "\(row)")
    }
    for row in reference.tails.student {
      #expect(isNear(TailProbability.student(row[0], degrees: Int(row[1])), row[2]), "\(row)")
    }
    for row in reference.tails.normal { #expect(isNear(TailProbability.normal(row[0]), row[1]), "\(row)") }
  }

  @Test func falseDiscoveryRate() {
    let rates = reference.falseDiscoveryRate
    #expect(areNear(FalseDiscoveryRate.adjusted(rates.values), rates.adjusted))
    // Tests without a probability take no part.
    let withGap = FalseDiscoveryRate.adjusted([.nan] + rates.values)
    #expect(withGap[0].isNaN && Array(withGap.dropFirst()) == FalseDiscoveryRate.adjusted(rates.values))
    // As many equal tests as are counted.
    let repeated = FalseDiscoveryRate.adjusted([0.01, 0.01, 0.01, 0.2])
    #expect(FalseDiscoveryRate.adjusted([0.2, 0.01], counts: [1, 3]) == [repeated[3], repeated[0]])
  }

  @Test func correlations() {
    let found = Correlation(reference.correlation.first, reference.correlation.second)
    #expect(areNear([found.value, found.interval.low, found.interval.high], reference.correlation.expected))
    #expect(Correlation([1, 1, 1, 1], [1, 2, 3, 4]).value.isNaN)
  }

  @Test func outliers() {
    let points = reference.outliers
    // Of blocks without sampling a score is the externally studentized residual.
    func scores(_ form: TrimmedFit.Form) -> [Double] {
      Outliers(points.values, variances: points.values.map { _ in 1e-12 }, form: form).alone(.none).map(\.score)
    }
    #expect(areNear(scores(.line(points.predictor)), points.line))
    #expect(areNear(scores(.constant), points.constant))
    #expect(areNear(scores(.lineThroughOrigin(points.predictor)), points.origin))
    let few = Outliers([1, 2], variances: [1, 1], form: .constant)
    #expect(few.alone(.none).allSatisfy(\.score.isNaN) && few.probabilities(.none).allSatisfy(\.isNaN))
    // One block that differs from blocks that do not: no farther out than its sampling makes it.
    let one = Outliers([0, 0, 0, 0, 0, 1], variances: Array(repeating: 1, count: 6), form: .constant)
    #expect(one.probabilities(.none).allSatisfy { $0 > 0.5 })
  }

  @Test func digamma() {
    let found = reference.digamma
    #expect(areNear(found.arguments.map(Digamma.value), found.values))
    #expect(areNear(found.arguments.map(Digamma.derivative), found.derivatives))
    #expect(areNear(found.derivatives.map(Digamma.inverseDerivative), found.arguments))
  }

  // MARK: A screen

  private func counts() throws -> ScreenCounts {
    let screen = reference.screen
    let mutations = Screens.mutations(
      matrix: .gate, rows: screen.rows, columns: screen.columns, region: 1, kinds: [.maximum, .minimum])
    return try Screens.counts(mutations, tasks: (0..<screen.inputs).map { "task \($0)" }) { mutation, input in
      let kind = mutation.kind == .maximum ? 0 : 1
      let place = (kind * screen.rows + mutation.region.rows.lowerBound) * screen.columns
      return screen.verdicts[(place + mutation.region.columns.lowerBound) * screen.inputs + input] == 1
    }
  }

  @Test func bias() throws {
    let entry = try #require(try Bias(counts()).entries.first)
    #expect(entry.moreByMaximum == reference.bias.more && entry.moreByMinimum == reference.bias.less)
    #expect(areNear([entry.effect], [reference.bias.effect]))
    #expect(isNear(entry.contrast.probability, reference.bias.region))
    #expect(isNear(entry.rowProbability, reference.bias.row))
    #expect(isNear(entry.columnProbability, reference.bias.column))
  }

  @Test func enrichment() throws {
    // One layer, whose gate reads this at the third of four sites.
    let sums = (0..<4).flatMap { site in
      reference.screen.drive.map { site == 2 ? Float($0) : .nan }
    }
    let drive = InputSums(layerCount: 1, blockCount: reference.screen.columns, sumMean: sums, sumRMS: sums)
    let enrichment = try Enrichment(counts(), drive: drive)
    #expect(enrichment.pools == [nil, .maximum, .minimum])
    for (blocks, expected) in zip(enrichment.entries[0].blocks, [reference.rowEnrichment, reference.columnEnrichment]) {
      #expect(areNear(blocks.map(\.excess), expected.excess))
      #expect(areNear(blocks.map(\.chanceScore), expected.chanceZ))
      #expect(areNear(blocks.map(\.margins.score), expected.marginZ))
      #expect(areNear(blocks.map(\.alone.score), expected.aloneZ))
      #expect(zip(blocks.map(\.margins.probability), expected.marginP).allSatisfy(isNear))
      #expect(zip(blocks.map(\.arithmetic.probability), expected.arithmeticP).allSatisfy(isNear))
      #expect(zip(blocks.map(\.alone.probability), expected.aloneP).allSatisfy(isNear))
    }
  }

  @Test func overlap() throws {
    let pair = try #require(try Overlap(counts()).pairs.first)
    let interval = pair.jaccard.wilsonInterval
    #expect(areNear([pair.jaccard.share, interval.low, interval.high], reference.overlap.jaccard))
    #expect(isNear(pair.probability, reference.overlap.p))
    #expect(
      areNear([pair.regions.value, pair.regions.interval.low, pair.regions.interval.high], reference.overlap.regions))
  }

  @Test func complementarity() throws {
    let pairs = try Complementarity(counts(), seed: 0).pairs.filter { $0.axis == .row }
    #expect(pairs.count == Complementarity.pairLimit)
    for pair in pairs {
      #expect(areNear([pair.rawScore], [reference.complementarity.rowScores[pair.first][pair.second]]))
      #expect(abs(pair.score) < 1 && pair.permutations.drawCount >= Complementarity.permutationCount)
    }
  }
}

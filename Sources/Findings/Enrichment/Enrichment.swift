import Foundation
import Perturbations
import Statistics
import Transformer

/// Row and column blocks that hold more non-silent verdicts than they should: three questions, answered side by side.
///
/// Beyond the margins: the block holds more than the totals of the other axis give it. That there is a stripe is true
/// of random weights too. Beyond arithmetic: it stands above what most blocks of its axis follow, column blocks against
/// the sum of their inputs, however many blocks stand so. Alone among its like: it stands above all the others, and
/// they are alike.
public struct Enrichment: Sendable {
  /// What a block should hold by one expectation, and how far it is above it.
  public struct Answer: Sendable {
    /// The share of non-silent verdicts that is expected, from 0 to 1.
    public let expected: Double
    /// The effect: the block's share less the expected one.
    public let difference: Double
    /// The deviation in standard deviations; of arithmetic, against the blocks that do not stand out.
    public let score: Double
    /// The p value of a difference at least this large.
    public let probability: Double
    /// The smallest false discovery rate at which the block is a finding, over the whole screen.
    public fileprivate(set) var adjusted = Double.nan

    /// Whether the block holds more than expected at the level of the false discovery rate.
    public var isFinding: Bool { adjusted <= FalseDiscoveryRate.level && difference > 0 }

    fileprivate static let unknown = Answer(expected: .nan, difference: .nan, score: .nan, probability: .nan)
  }

  /// One row block or column block.
  public struct Block: Sendable {
    /// The non-silent among all verdicts, only of regions that were screened by every kind of the pool.
    public let verdicts: Proportion
    /// The block's share of non-silent verdicts over that of the matrix.
    public let excess: Double
    /// How many standard deviations the block is above as many regions drawn at random from the matrix.
    public let chanceScore: Double
    /// The answer against the totals of the other axis.
    public fileprivate(set) var margins = Answer.unknown
    /// The answer against the line that most blocks of the axis follow.
    public fileprivate(set) var arithmetic = Answer.unknown
    /// The answer against all other blocks of the axis.
    public fileprivate(set) var alone = Answer.unknown

    /// The answer to one of the questions.
    public func answer(_ question: Question) -> Answer {
      switch question {
      case .margins: margins
      case .arithmetic: arithmetic
      case .alone: alone
      }
    }
  }

  /// Blocks of rows or of columns of a matrix.
  public enum Axis: Int, CaseIterable, Sendable { case row, column }

  /// What a block's verdicts are compared with.
  public enum Question: String, CaseIterable, Sendable { case margins, arithmetic, alone }

  /// One matrix of one layer in one pool of kinds.
  public struct Entry: Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
    /// The kind whose verdicts are counted; nil: all kinds together.
    public let kind: Kind?
    /// The blocks along each axis, `[axis][block]`: row blocks, then column blocks.
    public fileprivate(set) var blocks: [[Block]]
  }

  /// A block that is enriched.
  public struct Finding: Sendable {
    /// The index of its matrix and pool in `entries`.
    public let entry: Int
    /// The block's axis.
    public let axis: Axis
    /// The number of the block along its axis, counted from 0.
    public let block: Int
    /// The answer that makes it a finding.
    public let answer: Answer
  }

  /// Kinds that are tested by themselves; nil stands for all kinds together.
  public let pools: [Kind?]
  /// Matrix by matrix in canonical order, of each matrix the pools in order.
  public private(set) var entries: [Entry]

  /// `drive` says what the arithmetic expectation of column blocks is made from; without it
  /// all column blocks of a matrix have the same expectation.
  public init(_ counts: ScreenCounts, drive: InputSums? = nil) {
    let table = counts.regions
    let grid = RegionGrid(table)
    let kinds = counts.kinds
    let pools = (kinds.count > 1 ? [nil] : []) + kinds.map(Optional.some)
    self.pools = pools
    var entries: [Entry] = []
    var expectations: [[BlockExpectations]] = []
    for range in MatrixCells.matrices(table, grid) {
      for kind in pools {
        let cells = MatrixCells(range, kinds: kind.map { [$0] } ?? kinds, table: table, grid: grid)
        let drive = drive?.roots(layer: cells.layer, matrix: cells.matrix)
        let axes = [(cells, nil), (cells.transposed, drive)]
        let expected = axes.map { BlockExpectations($0.0, drive: $0.1) }
        expectations.append(expected)
        entries.append(
          Entry(
            layer: cells.layer, matrix: cells.matrix, kind: kind,
            blocks: zip(axes, expected).map { Enrichment.blocks($0.0, $1) }))
      }
    }
    self.entries = entries
    standOut(expectations)
    adjust()
  }

  /// How many blocks a question was asked of.
  public func testCount(_ question: Question) -> Int {
    entries.reduce(0) { sum, entry in
      sum + entry.blocks.joined().count { !$0.answer(question).probability.isNaN }
    }
  }

  /// The enriched blocks by one question, those with the largest effect first.
  public func findings(_ question: Question) -> [Finding] {
    entries.indices.flatMap { entry in
      Axis.allCases.flatMap { axis in
        entries[entry].blocks[axis.rawValue].enumerated().map {
          Finding(entry: entry, axis: axis, block: $0.offset, answer: $0.element.answer(question))
        }.filter(\.answer.isFinding)
      }
    }.enumerated()
      .sorted { ($1.element.answer.difference, $0.offset) < ($0.element.answer.difference, $1.offset) }
      .map(\.element)
  }

  // MARK: Margins

  private static func blocks(_ cells: MatrixCells, _ expected: BlockExpectations) -> [Block] {
    let chance = Chance(cells.values.filter { $0 >= 0 })
    let matrix = expected.matrix
    return expected.verdicts.indices.map { row in
      let own = expected.verdicts[row]
      guard own.total > 0, matrix.count > 0, own.total < matrix.total else {
        return Block(verdicts: own, excess: .nan, chanceScore: .nan)
      }
      let margin = expected.margins.expectation(row)
      let deviation = margin.variance.squareRoot()
      let share = margin.mean / Double(own.total)
      var block = Block(
        verdicts: own, excess: own.share / matrix.share,
        chanceScore: chance.score(own.count, cells: own.total / max(1, cells.verdictCount)))
      block.margins = Answer(
        expected: share, difference: own.share - share,
        score: deviation > 0 ? (Double(own.count) - margin.mean) / deviation : 0,
        probability: margin.tail(own.count))
      return block
    }
  }

  // MARK: Outliers

  /// The answers beyond arithmetic and alone, for which the spread of blocks is estimated over matrices together.
  private mutating func standOut(_ expectations: [[BlockExpectations]]) {
    for axis in Axis.allCases.map(\.rawValue) {
      for pool in pools.indices {
        let places = stride(from: pool, to: entries.count, by: pools.count)
        let prior = SpreadPrior(places.compactMap { expectations[$0][axis].outlying.spread })
        for place in places { standOut(place, axis: axis, expectations[place][axis], prior) }
      }
    }
  }

  private mutating func standOut(_ entry: Int, axis: Int, _ expected: BlockExpectations, _ prior: SpreadPrior) {
    let outlying = expected.outlying
    let (scores, probabilities, expectation) = (
      outlying.scores(prior), outlying.probabilities(prior), outlying.expected
    )
    let alone = outlying.alone(prior)
    for (place, block) in expected.screened.enumerated() {
      guard !entries[entry].blocks[axis][block].excess.isNaN else { continue }
      let own = expected.verdicts[block].share
      func answer(_ odds: Double, _ score: Double, _ probability: Double) -> Answer {
        let share = expected.share(block, beyondMargins: odds)
        return Answer(expected: share, difference: own - share, score: score, probability: probability)
      }
      entries[entry].blocks[axis][block].arithmetic = answer(expectation[place], scores[place], probabilities[place])
      entries[entry].blocks[axis][block].alone = answer(
        alone[place].expected, alone[place].score, alone[place].probability)
    }
  }

  // MARK: Rates

  private mutating func adjust() {
    for question in [Question.margins, .alone] {
      var adjusted = FalseDiscoveryRate.adjusted(
        entries.flatMap { $0.blocks.joined().map { $0.answer(question).probability } })[...]
      forEachBlock { block in
        let own = adjusted.removeFirst()
        if question == .margins { block.margins.adjusted = own } else { block.alone.adjusted = own }
      }
    }
    // One test for all blocks of an axis of a matrix; blocks share its rate.
    let groups = entries.flatMap { entry in entry.blocks.map { $0.map(\.arithmetic.probability) } }
    var adjusted = FalseDiscoveryRate.adjusted(groups: groups).joined().map(\.self)[...]
    forEachBlock { $0.arithmetic.adjusted = adjusted.removeFirst() }
  }

  private mutating func forEachBlock(_ body: (inout Block) -> Void) {
    for entry in entries.indices {
      for axis in entries[entry].blocks.indices {
        for block in entries[entry].blocks[axis].indices { body(&entries[entry].blocks[axis][block]) }
      }
    }
  }
}

/// A block's regions drawn from all regions of the matrix without replacement.
private struct Chance {
  private let count: Double
  private let mean: Double
  private let variance: Double

  init(_ cells: [Int32]) {
    count = Double(cells.count)
    let mean = cells.reduce(0.0) { $0 + Double($1) } / count
    self.mean = mean
    variance = cells.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
  }

  /// Deviations of a sum of `cells` values from its expectation.
  func score(_ sum: Int, cells: Int) -> Double {
    let drawn = Double(cells)
    let deviation = (drawn * variance * (count - drawn) / (count - 1)).squareRoot()
    return deviation > 0 ? (Double(sum) - drawn * mean) / deviation : 0
  }
}

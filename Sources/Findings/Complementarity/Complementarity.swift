import LinearAlgebra
import MessagePassing
import Perturbations
import Statistics
import Transformer

/// Pairs of row blocks, or of column blocks, of which one is sensitive to maximum just where the other is to minimum.
///
/// Of each block the difference of its sensitivities to maximum and to minimum is followed along the other axis; a
/// pair's score is the correlation of the two with its sign turned. A constant region adds c · Σ x_J to all its rows,
/// so blocks with opposite effects on the output are complementary for that alone: where Σ x_J is known, its part is
/// subtracted before, and so is the pattern that most of the other blocks share. Pairs of a matrix are tested together,
/// by the largest score when the counts of every block are permuted and both parts are subtracted anew. Blocks with few
/// verdicts that differ are left out, because two of them agree by chance too easily.
public struct Complementarity: Sendable {
  /// Two blocks of one matrix, and how far they are opposite.
  public struct Pair: Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
    /// The axis along which the blocks are numbered.
    public let axis: Enrichment.Axis
    /// The block with the smaller number.
    public let first: Int
    /// The block with the larger number.
    public let second: Int
    /// From −1, alike, to 1, opposite, after arithmetic was subtracted, and damped where few verdicts differ: what is
    /// tested.
    public let score: Double
    /// The same without damping, whose place in the spread of all pairs says how unusual it is.
    public let opposition: Double
    /// Minus the correlation as it was found.
    public let rawScore: Double
    /// The p value of a pair of the matrix with a score this large, by permutation.
    public let permutations: PermutationProbability
    /// The p value of a pair of the matrix with such a score, by the spread of all its pairs.
    public let spreadProbability: Double
    /// The p value of the pair: the larger of those two.
    public var probability: Double { max(permutations.value, spreadProbability) }
    /// The p value adjusted over the best pairs of all matrices and axes; not less than `probability`.
    public let adjusted: Double
  }

  /// Pairs that are reported for each matrix and axis, the best first.
  public static let pairLimit = 10
  /// A block takes part if it has so many verdicts by one kind more than by the other, region by region.
  public static let fewestDifferingVerdicts = 12
  /// What squares are damped by, of their mean over the blocks.
  static let damping = 0.25
  /// The smallest number of blocks from which the scatter of pairs can be estimated.
  static let fewestBlocks = 5
  /// The number of permutations that each matrix and axis gets at first.
  public static let permutationCount = 999
  /// The number of permutations of those where few of the first came up to the best pair.
  static let mostReached = 5
  static let closerPermutationCount = 9999

  /// Matrices and axes that were tested: those of which every region was screened by both kinds, with enough
  /// blocks that take part.
  public let testCount: Int
  /// The best pairs of each matrix and axis, in canonical order.
  public let pairs: [Pair]

  /// Work is shared over the ranks of a communicator, and all learn the same. Collective.
  public init(
    _ counts: ScreenCounts, drive: InputSums? = nil, seed: UInt64, communicator: Communicator? = nil
  ) throws {
    let table = counts.regions
    let grid = RegionGrid(table)
    let both = counts.kinds.contains(.maximum) && counts.kinds.contains(.minimum)
    let tests =
      both
      ? MatrixCells.matrices(table, grid).flatMap { Complementarity.tests($0, table: table, grid: grid, drive: drive) }
      : []
    testCount = tests.count
    let sharing = Sharing(communicator)
    let shortest = 0..<Complementarity.permutationCount
    var maxima = try sharing.map(tests.count) { tests[$0].maxima(shortest, key: $0, seed: seed) }
    let best = tests.map { $0.best(Complementarity.pairLimit) }
    func probability(_ test: Int, _ score: Double) -> PermutationProbability {
      // The same numbers in another order may give other last bits.
      PermutationProbability(reached: maxima[test].count { $0 >= score - 1e-5 }, of: maxima[test].count)
    }
    let spreads = tests.indices.map { tests[$0].spreadProbability(best[$0][0].opposition) }
    // Where hardly a permutation came up to the best pair there are more, until that could be a finding.
    let sure = tests.indices.filter {
      probability($0, best[$0][0].score).reached <= Complementarity.mostReached
        && spreads[$0] <= FalseDiscoveryRate.level
    }
    let wanted = Int(Double(tests.count) / (FalseDiscoveryRate.level * Double(max(1, sure.count))))
    let longer = shortest.upperBound..<max(Complementarity.closerPermutationCount, wanted)
    let more = try sharing.map(sure.count) { tests[sure[$0]].maxima(longer, key: sure[$0], seed: seed) }
    for (test, found) in zip(sure, more) { maxima[test] += found }
    let adjusted = FalseDiscoveryRate.adjusted(
      tests.indices.map { max(probability($0, best[$0][0].score).value, spreads[$0]) })
    pairs = tests.indices.flatMap { index in
      best[index].map { pair in
        let test = tests[index]
        let own = probability(index, pair.score)
        let spread = test.spreadProbability(pair.opposition)
        return Pair(
          layer: test.layer, matrix: test.matrix, axis: test.axis, first: pair.first, second: pair.second,
          score: pair.score, opposition: pair.opposition,
          rawScore: test.rawScore(pair.first, pair.second), permutations: own,
          spreadProbability: spread, adjusted: max(own.value, spread, adjusted[index]))
      }
    }
  }

  /// Pairs at the level of the false discovery rate.
  public var findings: [Pair] {
    pairs.filter { $0.adjusted <= FalseDiscoveryRate.level }.sorted { $0.score > $1.score }
  }

  private static func tests(
    _ range: Range<Int>, table: RegionTable, grid: RegionGrid, drive: InputSums?
  ) -> [ComplementarityTest] {
    let maximum = MatrixCells(range, kinds: [.maximum], table: table, grid: grid)
    let minimum = MatrixCells(range, kinds: [.minimum], table: table, grid: grid)
    guard maximum.isWhole, minimum.isWhole else { return [] }
    let drive = drive?.means(layer: maximum.layer, matrix: maximum.matrix)
    return Enrichment.Axis.allCases.compactMap { axis in
      ComplementarityTest(maximum: maximum, minimum: minimum, axis: axis, drive: drive)
    }
  }
}

import MessagePassing
import Mutagenesis
import Transformer

/// Pairs of row blocks, or of column blocks, of which one is sensitive to maximum just where the other is to minimum.
///
/// Of each block the difference of its sensitivities to maximum and to minimum is followed along the other axis; a pair's
/// score is the correlation of the two with its sign turned. A constant region adds c · Σ x_J to all its rows, so blocks with
/// opposite effects on the output are complementary for that alone: where Σ x_J is known, its part is taken off before the
/// test. Pairs of a matrix are tested together, by the largest statistic under permutations of every block's own values.
public struct Complementarity: Sendable {
  public struct Pair: Sendable {
    public let layer: Int
    public let matrix: WeightMatrix
    public let axis: Enrichment.Axis
    /// The blocks, ascending.
    public let first: Int
    public let second: Int
    /// From −1, alike, to 1, opposite; before and after arithmetic was taken off.
    public let score: Double
    public let residualScore: Double
    /// Of a pair of the matrix with a statistic as large, by permutation.
    public let probability: Double
    /// Over all matrices and axes, of the best pair of each; not less than `probability`.
    public let adjusted: Double
  }

  /// Pairs that are told of each matrix and axis, the best first.
  public static let pairLimit = 10
  /// Permutations of each matrix and axis at first.
  public static let permutationCount = 999

  /// Matrices and axes that were tested: those of which every region was screened by both kinds.
  public let testCount: Int
  /// By matrix and axis in canonical order, of each the best pairs.
  public let pairs: [Pair]

  /// Work is shared out over the ranks of a communicator, and all learn the same. Collective.
  public init(
    _ counts: ScreenCounts, drive: Drive? = nil, seed: UInt64, communicator: Communicator? = nil
  ) throws {
    let table = counts.regions
    let grid = RegionGrid(table)
    let both = counts.kinds.contains(.maximum) && counts.kinds.contains(.minimum)
    let tests =
      both
      ? MatrixCells.matrices(table, grid).flatMap { Complementarity.tests($0, table: table, grid: grid, drive: drive) }
      : []
    testCount = tests.count
    let sharing = WorkSharing(communicator)
    let shortest = 0..<Complementarity.permutationCount
    var maxima = try sharing.map(tests.count) { tests[$0].maxima(shortest, key: $0, seed: seed) }
    let best = tests.map { $0.best(Complementarity.pairLimit) }
    func probability(_ test: Int, _ statistic: Double) -> Double {
      // The same numbers in another order may give other last bits.
      Double(maxima[test].count { $0 >= statistic - 1e-5 } + 1) / Double(maxima[test].count + 1)
    }
    // Where no permutation came up to the best pair there are more, until that could be a finding.
    let sure = tests.indices.filter { probability($0, best[$0][0].statistic) * Double(shortest.count + 1) < 1.5 }
    let wanted = Int(Double(tests.count) / (FalseDiscoveryRate.level * Double(max(1, sure.count))))
    let longer = shortest.upperBound..<max(shortest.upperBound, wanted)
    let more = try sharing.map(sure.count) { tests[sure[$0]].maxima(longer, key: sure[$0], seed: seed) }
    for (test, found) in zip(sure, more) { maxima[test] += found }
    let adjusted = FalseDiscoveryRate.adjusted(tests.indices.map { probability($0, best[$0][0].statistic) })
    pairs = tests.indices.flatMap { index in
      best[index].map { pair in
        let test = tests[index]
        let scores = test.scores(pair.first, pair.second)
        let own = probability(index, pair.statistic)
        return Pair(
          layer: test.layer, matrix: test.matrix, axis: test.axis, first: pair.first, second: pair.second,
          score: scores.raw, residualScore: scores.residual, probability: own, adjusted: max(own, adjusted[index]))
      }
    }
  }

  public var findings: [Pair] {
    pairs.filter { $0.adjusted <= FalseDiscoveryRate.level }.sorted { $0.score > $1.score }
  }

  private static func tests(
    _ range: Range<Int>, table: RegionTable, grid: RegionGrid, drive: Drive?
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

import Foundation
import Mutagenesis
import Transformer

/// Whether maximum or minimum is the more sensitive kind, matrix by matrix.
///
/// Each region is its own control: it counts for the kind that is non-silent on more inputs. Regions of a row block and of
/// a column block are no independent pairs, because they add to the same outputs and read the same inputs; so the difference
/// must also hold over row blocks and over column blocks, as units of a paired t test.
///
/// A larger extreme on one side makes a bias by arithmetic alone: a constant region adds c · Σ x_J to its rows. So where the
/// extremes are known, a biased matrix has to stand out of the line through the origin that most matrices' log odds follow
/// against ln |maximum / minimum|. Half of the matrices may stand out of it.
public struct Bias: Sendable {
  public struct Entry: Sendable {
    public let layer: Int
    public let matrix: WeightMatrix
    /// Regions that are non-silent on more inputs by maximum, by minimum, and on as many by both.
    public let moreByMaximum: Int
    public let moreByMinimum: Int
    public let equal: Int
    /// (more by maximum − more by minimum) over their sum: −1 all minimum, 1 all maximum.
    public let effect: Double
    /// Exact and two-sided, of McNemar's test over regions.
    public let regionProbability: Double
    /// Two-sided, of the paired t test over row blocks and over column blocks.
    public let rowProbability: Double
    public let columnProbability: Double
    /// ln |maximum / minimum| of the matrix; nil where not known, or one is zero.
    public let extremes: Double?
    /// Deviations from what the extremes make of the matrices that do not stand out; nil where no extremes are known, and not a
    /// number where too few matrices tell what they make.
    public fileprivate(set) var residual: Double?
    /// Two-sided, that any matrix of the screen is so far out when none is.
    public fileprivate(set) var residualProbability: Double?

    /// The largest of those over regions, rows and columns: the matrix leans, for whatever reason.
    public var leaningProbability: Double {
      let all = [regionProbability, rowProbability, columnProbability]
      return all.contains(where: \.isNaN) ? .nan : all.max() ?? .nan
    }
  }

  /// Matrix by matrix in canonical order, where both kinds were screened.
  public let entries: [Entry]
  /// Of the entries' leaning, the smallest false discovery rate of a finding.
  public let leaning: [Double]
  /// The larger of that and of the probability beyond the extremes, which holds for all matrices together.
  public let adjusted: [Double]

  public init(_ counts: ScreenCounts) {
    let table = counts.regions
    let grid = RegionGrid(table)
    let values = Dictionary(
      counts.combinations.map { ([$0.layer, $0.matrix.index, Int($0.kind.code)], $0.value) }, uniquingKeysWith: { $1 })
    var entries = MatrixCells.matrices(table, grid).compactMap { range in
      let maximum = MatrixCells(range, kinds: [.maximum], table: table, grid: grid)
      let minimum = MatrixCells(range, kinds: [.minimum], table: table, grid: grid)
      let extremes = [Kind.maximum, .minimum].map { kind in
        values[[maximum.layer, maximum.matrix.index, Int(kind.code)]].flatMap { $0 } ?? .nan
      }
      return Entry(maximum: maximum, minimum: minimum, extremes: log(Double(abs(extremes[0] / extremes[1]))))
    }
    let known = entries.indices.filter { entries[$0].extremes != nil }
    let outlying = OutlyingBlocks(
      known.map { entries[$0].logOdds }, variances: known.map { entries[$0].logOddsVariance },
      form: .lineThroughOrigin(known.map { entries[$0].extremes ?? 0 }), isTwoSided: true)
    let (scores, probabilities) = (outlying.scores(.none), outlying.probabilities(.none))
    for (place, index) in known.enumerated() {
      entries[index].residual = scores[place]
      entries[index].residualProbability = probabilities[place]
    }
    self.entries = entries
    leaning = FalseDiscoveryRate.adjusted(entries.map(\.leaningProbability))
    adjusted = zip(entries, leaning).map { entry, leaning in
      guard let beyond = entry.residualProbability else { return leaning }
      return beyond.isNaN || leaning.isNaN ? .nan : max(beyond, leaning)
    }
  }

  /// How many matrices lean to one kind beyond chance, be it by arithmetic.
  public var leaningCount: Int { leaning.count { $0 <= FalseDiscoveryRate.level } }

  /// Places in `entries` of the biased matrices.
  public var findings: [Int] { entries.indices.filter { adjusted[$0] <= FalseDiscoveryRate.level } }
}

extension Bias.Entry {
  /// nil where no region was screened by both kinds.
  fileprivate init?(maximum: MatrixCells, minimum: MatrixCells, extremes: Double) {
    var (more, less, equal) = (0, 0, 0)
    var rows = Array(repeating: 0.0, count: maximum.rowBlocks)
    var columns = Array(repeating: 0.0, count: maximum.columnBlocks)
    var (isRow, isColumn) = (rows.map { _ in false }, columns.map { _ in false })
    for (index, pair) in zip(maximum.values, minimum.values).enumerated() where pair.0 >= 0 && pair.1 >= 0 {
      let (row, column) = index.quotientAndRemainder(dividingBy: maximum.columnBlocks)
      more += pair.0 > pair.1 ? 1 : 0
      less += pair.0 < pair.1 ? 1 : 0
      equal += pair.0 == pair.1 ? 1 : 0
      rows[row] += Double(pair.0 - pair.1)
      columns[column] += Double(pair.0 - pair.1)
      (isRow[row], isColumn[column]) = (true, true)
    }
    guard more + less + equal > 0 else { return nil }
    layer = maximum.layer
    matrix = maximum.matrix
    moreByMaximum = more
    moreByMinimum = less
    self.equal = equal
    self.extremes = extremes.isFinite ? extremes : nil
    effect = more + less > 0 ? Double(more - less) / Double(more + less) : 0
    regionProbability = Tail.evenSplit(more, less)
    rowProbability = Bias.Entry.pairedProbability(rows.indices.filter { isRow[$0] }.map { rows[$0] })
    columnProbability = Bias.Entry.pairedProbability(columns.indices.filter { isColumn[$0] }.map { columns[$0] })
  }

  /// Of regions leaning to maximum, damped so that none is infinite.
  fileprivate var logOdds: Double { log((Double(moreByMaximum) + 0.5) / (Double(moreByMinimum) + 0.5)) }

  /// By the number of regions alone.
  fileprivate var logOddsVariance: Double { 1 / (Double(moreByMaximum) + 0.5) + 1 / (Double(moreByMinimum) + 0.5) }

  /// Two-sided, of a mean difference of zero; 1 where nothing differs, not a number with fewer than two differences.
  private static func pairedProbability(_ differences: [Double]) -> Double {
    guard differences.count > 1 else { return .nan }
    guard differences.contains(where: { $0 != 0 }) else { return 1 }
    let mean = differences.mean
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(differences.count - 1) / Double(differences.count)).squareRoot()
    return 2 * Tail.student(abs(mean) / deviation, degrees: differences.count - 1)
  }
}

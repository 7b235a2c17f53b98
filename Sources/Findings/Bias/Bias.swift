import Foundation
import Perturbations
import Statistics
import Transformer

/// Whether maximum or minimum is the more sensitive kind, matrix by matrix.
///
/// Each region is its own control, and the difference must also hold over row blocks and over column blocks
/// (`RegionContrast`).
///
/// A larger extreme on one side makes a bias by arithmetic alone: a constant region adds c · Σ x_J to its rows. So
/// where the extremes are known, a biased matrix has to stand out of the line through the origin that most matrices'
/// log odds follow against ln |maximum / minimum|. Half of the matrices may stand out of it.
public struct Bias: Sendable {
  /// The test of one matrix of one layer.
  public struct Entry: Sendable {
    /// The layer of the matrix, counted from 0.
    public let layer: Int
    /// The weight matrix of that layer.
    public let matrix: WeightMatrix
    /// The comparison over all regions of the matrix; the first kind is maximum, the second minimum.
    public let contrast: RegionContrast
    /// The two-sided p value of the paired t test over row blocks.
    public let rowProbability: Double
    /// The two-sided p value of the paired t test over column blocks.
    public let columnProbability: Double
    /// The largest of the p values over regions, row blocks and column blocks: small where the matrix leans to one
    /// kind, for whatever reason.
    public let leaningProbability: Double
    /// ln |maximum / minimum| of the matrix; nil where not known, or one is zero.
    public let extremes: Double?
    /// The log odds of leaning to maximum that are expected of the extremes, by the line of most matrices; nil where no
    /// extremes are known.
    public fileprivate(set) var expectedLogOdds: Double?
    /// The studentized residual from that line, in deviations of the matrices that do not stand out; nil where no
    /// extremes are known, and not a number where there are too few matrices for that line.
    public fileprivate(set) var residual: Double?
    /// The two-sided p value of Rosner's test: that some matrix of the screen is this far out when none is an outlier.
    public fileprivate(set) var residualProbability: Double?

    /// Regions that are non-silent on more inputs by maximum.
    public var moreByMaximum: Int { contrast.moreByFirst }
    /// Regions that are non-silent on more inputs by minimum.
    public var moreByMinimum: Int { contrast.moreBySecond }
    /// The effect size: (more by maximum − more by minimum) over their sum, from −1 to 1.
    public var effect: Double { contrast.effect }
  }

  /// The tests in canonical order, one for each matrix that was screened by both kinds.
  public let entries: [Entry]
  /// For each entry the smallest false discovery rate at which its leaning is a finding.
  public let leaning: [Double]
  /// For each entry the larger of that and of `residualProbability`, which holds for all matrices together.
  public let adjusted: [Double]

  /// Tests every matrix that was screened by both kinds.
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
    let outlying = Outliers(
      known.map { entries[$0].logOdds }, variances: known.map { entries[$0].logOddsVariance },
      form: .lineThroughOrigin(known.map { entries[$0].extremes ?? 0 }), isTwoSided: true)
    let (scores, probabilities) = (outlying.scores(.none), outlying.probabilities(.none))
    let expected = outlying.expected
    for (place, index) in known.enumerated() {
      entries[index].expectedLogOdds = expected[place]
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
    let found = MatrixContrast(maximum, minimum)
    guard found.whole.regionCount > 0 else { return nil }
    layer = maximum.layer
    matrix = maximum.matrix
    contrast = found.whole
    (rowProbability, columnProbability) = (found.rowProbability, found.columnProbability)
    leaningProbability = found.probability
    self.extremes = extremes.isFinite ? extremes : nil
  }

  /// The log odds of a region's leaning to maximum, damped so that they are finite.
  fileprivate var logOdds: Double {
    Proportion(count: moreByMaximum, total: moreByMaximum + moreByMinimum).dampedLogOdds
  }

  /// The variance of the log odds if regions lean to either side as likely: whether a matrix leans at all is for the
  /// other tests to say, and a variance by its own share would make the most biased matrices the least sure (Hauck and
  /// Donner 1977).
  fileprivate var logOddsVariance: Double { 4 / Double(moreByMaximum + moreByMinimum + 1) }
}

import Foundation
import Perturbations
import Statistics
import Transformer

/// The severities of some regions in two screens: of all, of one matrix in all layers, or of one layer.
public struct SeverityDifference: Sendable {
  /// The regions that a row is of.
  public enum Scope: Equatable, Sendable {
    /// All regions.
    case all
    /// The regions of one matrix, in all layers.
    case matrix(WeightMatrix)
    /// The regions of one layer.
    case layer(Int)

    /// The name in words.
    public var words: String {
      switch self {
      case .all: "all"
      case .matrix(let matrix): matrix.rawValue
      case .layer(let layer): "layer \(layer)"
      }
    }
  }

  /// The regions that it is of.
  public let scope: Scope
  /// The number of regions.
  public let regionCount: Int
  /// The share of non-silent verdicts in the first screen.
  public let first: Double
  /// The share of non-silent verdicts in the second screen.
  public let second: Double
  /// The interval of 95 % on the difference, by Student's t over inputs: over their differences where they are compared
  /// one by one, else by Welch's; not a number with fewer than two inputs.
  public let interval: Interval
  /// The mean divergence in the first screen, in nats; not a number where it is not compared.
  public let firstDivergence: Double
  /// The mean divergence in the second screen, in nats; not a number where it is not compared.
  public let secondDivergence: Double

  /// The share in the first screen less that in the second.
  public var difference: Double { first - second }

  init(_ scope: Scope, regions: [Int], _ one: RegionScores, _ other: RegionScores, inputs: InputJoin) {
    self.scope = scope
    regionCount = regions.count
    let shares = (one.shares(ofInputsOn: regions), other.shares(ofInputsOn: regions))
    let weights = (inputs.weights(\.first, count: one.inputCount), inputs.weights(\.second, count: other.inputCount))
    func mean(_ values: [Double], _ weights: [Double]) -> Double {
      zip(values, weights).reduce(0) { $0 + ($1.1 > 0 ? $1.0 * $1.1 : 0) }
    }
    (first, second) = (mean(shares.0, weights.0), mean(shares.1, weights.1))
    let half = SeverityDifference.halfWidth(shares.0, shares.1, inputs)
    interval = Interval(low: first - second - half, high: first - second + half)
    func divergence(_ scores: RegionScores, _ weights: [Double]) -> Double {
      regions.map { scores.meanDivergence($0, weights) }.mean
    }
    (firstDivergence, secondDivergence) = (divergence(one, weights.0), divergence(other, weights.1))
  }

  /// All rows: of all regions, of each matrix, of each layer.
  static func all(
    _ regions: [Region], _ one: RegionScores, _ other: RegionScores, inputs: InputJoin
  ) -> [SeverityDifference] {
    func row(_ scope: Scope, _ isMeant: (Region) -> Bool) -> SeverityDifference {
      SeverityDifference(
        scope, regions: regions.indices.filter { isMeant(regions[$0]) }, one, other, inputs: inputs)
    }
    let (matrices, layers) = (Set(regions.map(\.matrix)), Set(regions.map(\.layer)).sorted())
    return [row(.all) { _ in true }]
      + WeightMatrix.allCases.filter(matrices.contains).map { matrix in row(.matrix(matrix)) { $0.matrix == matrix } }
      + layers.map { layer in row(.layer(layer)) { $0.layer == layer } }
  }

  private static func halfWidth(_ one: [Double], _ other: [Double], _ inputs: InputJoin) -> Double {
    if inputs.basis == .inputs {
      let moments = SampleMoments(inputs.strata.map { one[$0.first[0]] - other[$0.second[0]] })
      guard moments.count > 1 else { return .nan }
      return TailProbability.studentQuantile(0.025, degrees: moments.count - 1)
        * (moments.variance / Double(moments.count)).squareRoot()
    }
    let moments = (
      SampleMoments(inputs.strata.flatMap(\.first).map { one[$0] }),
      SampleMoments(inputs.strata.flatMap(\.second).map { other[$0] })
    )
    guard moments.0.count > 1, moments.1.count > 1 else { return .nan }
    let test = WelchTest(
      means: (moments.0.mean, moments.1.mean), variances: (moments.0.variance, moments.1.variance),
      counts: (moments.0.count, moments.1.count))
    let error = moments.0.variance / Double(moments.0.count) + moments.1.variance / Double(moments.1.count)
    return TailProbability.studentQuantile(0.025, degrees: max(1, Int(test.degrees))) * error.squareRoot()
  }

  private init(mirroring other: SeverityDifference) {
    (scope, regionCount) = (other.scope, other.regionCount)
    (first, second) = (other.second, other.first)
    (firstDivergence, secondDivergence) = (other.secondDivergence, other.firstDivergence)
    interval = Interval(low: 0 - other.interval.high, high: 0 - other.interval.low)
  }

  /// The screens the other way round.
  var mirrored: SeverityDifference { SeverityDifference(mirroring: self) }
}

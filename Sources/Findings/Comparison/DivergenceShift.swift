import Foundation
import Statistics

/// The test of regions whose divergence changed by more than that of their matrix and layer did.
///
/// Divergences are compared by their logarithms, less the median over the regions of the same matrix and layer on the
/// same input, which takes off what the whole matrix, layer and input have; before that, less the mean of the region,
/// so that how severe regions are does not widen what the median is of. Where inputs are compared one by one, the
/// null is that a region is as often above that median as below (exact test of signs over inputs). Else it is that the
/// region's values on the inputs of one screen are no larger than those of the other (Mann and Whitney's test).
struct DivergenceShift {
  /// Divergences below this, in nats, are rounding for the most part; it is added to all.
  static let floor = 1e-3
  /// Differences of logarithms below this are rounding.
  private static let rounding = 1e-4

  private let pairs: [[Double]]
  private let sides: (first: [[Double]], second: [[Double]])
  private let scores: (first: RegionScores, second: RegionScores)
  private let weights: (first: [Double], second: [Double])

  /// nil where divergences are not in both screens.
  init?(_ first: RegionScores, _ second: RegionScores, inputs: InputJoin, groups: [[Int]]) {
    guard !first.divergence.isEmpty else { return nil }
    scores = (first, second)
    weights = (inputs.weights(\.first, count: first.inputCount), inputs.weights(\.second, count: second.inputCount))
    func column(_ scores: RegionScores, _ input: Int) -> [Double] {
      (0..<scores.regionCount).map { log(Double(scores.divergence[$0 * scores.inputCount + input]) + Self.floor) }
    }
    if inputs.basis == .inputs {
      pairs = inputs.strata.map { stratum in
        let (one, other) = (column(first, stratum.first[0]), column(second, stratum.second[0]))
        return Self.centred(zip(one, other).map { $0 - $1 }, groups)
      }
      sides = ([], [])
    } else {
      pairs = []
      let columns = (
        inputs.strata.flatMap(\.first).map { column(first, $0) },
        inputs.strata.flatMap(\.second).map { column(second, $0) }
      )
      let means = (0..<first.regionCount).map { region in
        (columns.0 + columns.1).map { $0[region] }.filter(\.isFinite).mean
      }
      func rest(_ columns: [[Double]]) -> [[Double]] {
        columns.map { Self.centred(zip($0, means).map { $0 - $1 }, groups) }
      }
      sides = (rest(columns.0), rest(columns.1))
    }
  }

  /// The values of an input less the median of each group's.
  private static func centred(_ values: [Double], _ groups: [[Int]]) -> [Double] {
    var centred = values
    for group in groups {
      let median = group.map { values[$0] }.filter(\.isFinite).quantile(0.5)
      for region in group { centred[region] -= median }
    }
    return centred
  }

  /// Tests a region; values that are not finite are left out.
  func outcome(_ region: Int) -> DivergenceChange {
    let (logRatio, probability) = pairs.isEmpty ? compared(region) : paired(region)
    return DivergenceChange(
      first: scores.first.meanDivergence(region, weights.first),
      second: scores.second.meanDivergence(region, weights.second), logRatio: logRatio, probability: probability)
  }

  private func paired(_ region: Int) -> (logRatio: Double, probability: Double) {
    let differences = pairs.map { $0[region] }.filter(\.isFinite)
    let (more, less) = (differences.count { $0 > Self.rounding }, differences.count { $0 < -Self.rounding })
    return (differences.mean, TailProbability.evenSplit(more, less))
  }

  private func compared(_ region: Int) -> (logRatio: Double, probability: Double) {
    let own = sides.first.map { $0[region] }.filter(\.isFinite)
    let others = sides.second.map { $0[region] }.filter(\.isFinite)
    let groups = own.map { _ in Int32(0) } + others.map { _ in Int32(1) }
    let column = RankedColumn((own + others).map(Float.init), groups: groups, groupCount: 2)
    return (own.mean - others.mean, column.comparison(ofGroup: 0).probability)
  }
}

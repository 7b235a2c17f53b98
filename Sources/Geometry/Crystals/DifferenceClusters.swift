import Basics
import LinearAlgebra

/// Whether the differences of pairs fall into clusters that are their relations, found without knowing these: by
/// k-means with as many clusters as relations, of differences as they are and of their directions, before and after
/// discriminant analysis.
///
/// Each part of the pairs is clustered by itself, after an analysis that was not fitted to it. The null permutes the
/// relations over the pairs of a part.
public struct DifferenceClusters: Sendable {
  /// The metric by which differences are clustered: their distance, or the cosine of their directions.
  public enum Metric: String, Sendable, CaseIterable { case euclidean, cosine }

  /// Adjusted mutual information between clusters and relations, the mean over parts by their pairs.
  public struct Agreement: Sendable {
    /// The measure by which differences were clustered.
    public let metric: Metric
    /// The agreement of clusters with relations for differences as they are.
    public let before: NullComparison
    /// The agreement after discriminant analysis.
    public let after: NullComparison
  }

  /// The agreements in the order of `Metric.allCases`.
  public let agreements: [Agreement]
  /// The cluster of each pair before analysis, numbered in its part; by metric.
  public let labels: [[Int32]]
  /// After it.
  public let labelsAfter: [[Int32]]

  /// Clusters the held-out differences of `crystals`; the null has `permutationCount` draws, keyed by the seed.
  public init(_ crystals: Crystals, permutationCount: Int = 199, seed: UInt64) {
    let relations = crystals.relations
    var labels = Metric.allCases.map { _ in Array(repeating: Int32(-1), count: relations.pairs.count) }
    var labelsAfter = labels
    var parts: [[Int]] = []
    for (fold, analysis) in crystals.heldOut.enumerated() {
      guard let analysis else { continue }
      let members = crystals.folds.folds.indices.filter { crystals.folds.folds[$0] == fold }
      parts.append(members)
      let before = crystals.differences.rows[rows: members]
      let clusterCount = min(Set(members.map { relations.labels[$0] }).count, members.count)
      for (metric, side) in Metric.allCases.enumerated() {
        let found = [before, analysis.project(before)].map { rows in
          KMeans(side == .cosine ? rows.directions : rows, clusterCount: clusterCount, seed: seed).labels
        }
        for (place, pair) in members.enumerated() {
          labels[metric][pair] = found[0][place]
          labelsAfter[metric][pair] = found[1][place]
        }
      }
    }
    let permuted = (0..<permutationCount).map { permutation in
      var random = RandomStream(seed: seed, stream: .clusters, index: permutation)
      var result = relations.labels
      for members in parts {
        for (place, other) in random.permutation(members.count).enumerated() {
          result[members[place]] = relations.labels[members[other]]
        }
      }
      return result
    }
    func comparison(_ clusters: [Int32]) -> NullComparison {
      NullComparison(
        DifferenceClusters.agreement(clusters, relations.labels, parts),
        draws: permuted.map { DifferenceClusters.agreement(clusters, $0, parts) })
    }
    agreements = Metric.allCases.enumerated().map { place, metric in
      Agreement(metric: metric, before: comparison(labels[place]), after: comparison(labelsAfter[place]))
    }
    (self.labels, self.labelsAfter) = (labels, labelsAfter)
  }

  private static func agreement(_ clusters: [Int32], _ relations: [Int32], _ parts: [[Int]]) -> Double {
    let total = parts.reduce(0) { $0 + $1.count }
    return parts.reduce(0) { sum, members in
      let table = ContingencyTable(members.map { clusters[$0] }, members.map { relations[$0] })
      return sum + table.adjustedMutualInformation * Double(members.count) / Double(total)
    }
  }
}

extension DoubleMatrix {
  /// Rows at length 1, those without a length as they are.
  var directions: DoubleMatrix {
    var scaled = self
    for row in 0..<rows {
      let length = self[row: row].reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 { for column in 0..<columns { scaled[row, column] /= length } }
    }
    return scaled
  }
}

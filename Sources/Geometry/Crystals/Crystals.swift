import Basics
import LinearAlgebra
import MessagePassing

/// Parallelograms among the pairs of relations, before and after discriminant analysis has taken away the directions in
/// which pairs of one relation differ.
///
/// Pairs are divided into parts; what is said of a part after the analysis is said of pairs that it was not fitted to.
/// The null permutes the relations over the pairs, the parts stay, and everything is fitted again.
public struct Crystals: Sendable {
  /// A measure before and after, each beside the null's.
  public struct Change: Sendable, Equatable {
    /// The measure of differences as they are.
    public let before: NullComparison
    /// The measure after the analysis, of pairs that it was not fitted to.
    public let after: NullComparison
    /// After less before.
    public let gain: NullComparison
  }

  /// One relation.
  public struct Entry: Sendable {
    /// The relation's name.
    public let name: String
    /// Its pairs.
    public let pairCount: Int
    /// The mean cosine of two pairs' differences: 1 for trapezoids.
    public let cosine: Change
    /// The mean deviation of two pairs' differences: 0 for parallelograms.
    public let deviation: Change
    /// The mean ratio of the shorter to the longer difference.
    public let lengthRatio: Change
    /// Means over the relation's pairs of how much nearer a difference is to its own relation than to the nearest
    /// other.
    public let silhouette: Change
    /// The silhouette by the cosine of differences instead of their distance.
    public let cosineSilhouette: Change
    /// The gain in cosine, pair by pair: mean over deviation. It has no probability of its own, for the pairs of a
    /// relation make their cosines together; that of the gain beside permuted relations is the test.
    public let pairEffect: Double
    /// The fall of the deviation, pair by pair: mean over deviation.
    public let deviationPairEffect: Double
  }

  /// The relations that have pairs enough of their own.
  public let relations: Relations
  /// The difference of each pair, from its first point to its second.
  public let differences: DifferenceVectors
  /// The parts into which pairs are divided.
  public let folds: PairFolds
  /// What was found of each relation, in their order.
  public let entries: [Entry]
  /// Means over all pairs.
  public let silhouette: Change
  /// The mean over all pairs by the cosine of differences.
  public let cosineSilhouette: Change
  /// Fitted to all pairs, for pictures and for the distractor's test alone.
  public let discriminant: DiscriminantAnalysis
  /// The analysis for each part, fitted to the pairs of all others; nil for a part without pairs.
  public let heldOut: [DiscriminantAnalysis?]

  private static let measureCount = 5

  /// An error with fewer than two relations, or where the analysis cannot be solved. Permutations are keyed by (seed,
  /// number) and shared over the ranks of `sharing`; each fits `foldCount` analyses. Collective.
  public init(
    _ cloud: PointCloud, _ relations: Relations, foldCount: Int = 4, permutationCount: Int = 199,
    shrinkage: Shrinkage = .ledoitWolf, seed: UInt64, sharing: Sharing = Sharing()
  ) throws {
    guard relations.names.count > 1 else {
      throw GeometryError(
        "cannot compare relations: \(relations.names.count) of them have at least \(Relations.pairLimit) pairs of "
          + "their own; give at least 2")
    }
    let differences = try DifferenceVectors(cloud, relations.pairs)
    let folds = PairFolds(relations, count: foldCount, seed: seed)
    let study = Study(rows: differences.rows, folds: folds, relationCount: relations.names.count, shrinkage: shrinkage)
    let own = try study.figures(relations.labels)
    let draws = try sharing.draws("permuted relations", permutationCount, width: own.values.count) { permutation in
      var random = RandomStream(seed: seed, stream: .relations, index: permutation)
      let order = random.permutation(relations.labels.count)
      return try study.figures(order.map { relations.labels[$0] }).values
    }
    func change(_ relation: Int, _ measure: Int) -> Change {
      let place = 2 * (relation * Crystals.measureCount + measure)
      func compare(_ figure: ([Double]) -> Double) -> NullComparison {
        NullComparison(figure(own.values), draws: draws.map(figure))
      }
      return Change(
        before: compare { $0[place] }, after: compare { $0[place + 1] }, gain: compare { $0[place + 1] - $0[place] })
    }
    entries = relations.names.enumerated().map { relation, name in
      let members = relations.members(relation)
      return Entry(
        name: name, pairCount: members.count, cosine: change(relation, 0), deviation: change(relation, 1),
        lengthRatio: change(relation, 2), silhouette: change(relation, 3), cosineSilhouette: change(relation, 4),
        pairEffect: Crystals.effect(members.map { own.cosineGains[$0] }),
        deviationPairEffect: Crystals.effect(members.map { own.deviationFalls[$0] }))
    }
    // The last places are those of all pairs.
    silhouette = change(relations.names.count, 3)
    cosineSilhouette = change(relations.names.count, 4)
    discriminant = try DiscriminantAnalysis(differences.rows, labels: relations.labels, shrinkage: shrinkage)
    heldOut = own.analyses
    (self.relations, self.differences, self.folds) = (relations, differences, folds)
  }

  // MARK: Private

  /// Mean over deviation of changes, those left out that are no numbers; not a number where they do not differ.
  private static func effect(_ changes: [Double]) -> Double {
    let changes = changes.filter { !$0.isNaN }
    let count = Double(changes.count)
    let mean = changes.reduce(0, +) / count
    let squares = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return changes.count > 1 && squares > 0 ? mean / (squares / (count - 1)).squareRoot() : .nan
  }

  private struct Figures {
    /// Figures by relation and, last, of all pairs; by measure; before and after.
    var values: [Double]
    /// The gain in cosine of each pair.
    var cosineGains: [Double]
    var deviationFalls: [Double]
    /// The analysis that was fitted to all but a part, for each part; nil where it could not be.
    var analyses: [DiscriminantAnalysis?]
  }

  private struct Study {
    let rows: DoubleMatrix
    let folds: PairFolds
    let relationCount: Int
    let shrinkage: Shrinkage

    /// Means over the held-out pairs of all parts.
    func figures(_ labels: [Int32]) throws -> Figures {
      let width = 2 * measureCount * (relationCount + 1)
      var (sums, counts) = (Array(repeating: 0.0, count: width), Array(repeating: 0.0, count: width))
      var gains = Array(repeating: Double.nan, count: rows.rows)
      var falls = gains
      var analyses: [DiscriminantAnalysis?] = []
      for fold in 0..<folds.count {
        let held = folds.folds.indices.filter { folds.folds[$0] == fold }
        guard !held.isEmpty else {
          analyses.append(nil)
          continue
        }
        let fitted = labels.indices.map { folds.folds[$0] == fold ? -1 : labels[$0] }
        let analysis = try DiscriminantAnalysis(rows, labels: fitted, shrinkage: shrinkage)
        analyses.append(analysis)
        let before = rows[rows: held]
        let sides = [before, analysis.project(before)].map { measures($0, held.map { labels[$0] }) }
        for (side, measures) in sides.enumerated() {
          for (place, values) in measures.enumerated() {
            for value in values where !value.isNaN {
              sums[2 * place + side] += value
              counts[2 * place + side] += 1
            }
          }
        }
        for relation in 0..<relationCount {
          let members = held.filter { labels[$0] == Int32(relation) }
          let place = relation * measureCount
          for (number, pair) in members.enumerated() {
            gains[pair] = sides[1][place][number] - sides[0][place][number]
            falls[pair] = sides[0][place + 1][number] - sides[1][place + 1][number]
          }
        }
      }
      return Figures(
        values: zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }, cosineGains: gains, deviationFalls: falls,
        analyses: analyses)
    }

    /// The values of pairs, by measure, of each relation and of all.
    private func measures(_ differences: DoubleMatrix, _ labels: [Int32]) -> [[Double]] {
      let cloud = differences.cloud
      let silhouettes = [Silhouette.Metric.euclidean, .cosine].map {
        Silhouette(cloud, labels: labels, metric: $0).values
      }
      let byRelation = (0..<relationCount).flatMap { relation -> [[Double]] in
        let members = labels.indices.filter { labels[$0] == Int32(relation) }
        guard !members.isEmpty else { return Array(repeating: [], count: measureCount) }
        let quality = ParallelogramQuality(differences[rows: members])
        let ratios = Array(repeating: quality.lengthRatio, count: members.count)
        return [quality.cosines, quality.deviations, ratios] + silhouettes.map { values in members.map { values[$0] } }
      }
      return byRelation + [[], [], []] + silhouettes
    }
  }
}

import Basics
import LinearAlgebra

/// Whether a number of each point, such as the length of its word, is what discriminant analysis takes away: the change
/// of the number from the first point of a pair to the second, correlated with the components of what is removed and of
/// what is kept.
public struct DistractorTest: Sendable {
  /// A principal component of differences, about their mean.
  public struct Component: Sendable, Equatable {
    /// The component's share of the variance of its side, removed or kept.
    public let share: Double
    /// Pearson's correlation with the change of the number.
    public let correlation: Double
    /// The p value of a correlation this strong, either way, in any component of its side: the null permutes the
    /// changes over the pairs of each relation, so that what is between relations does not count.
    public let probability: Double
  }

  /// Components that are looked at on each side.
  public static let componentLimit = 10

  /// Components of the part of differences that is orthogonal to all that the analysis looks at, the widest first.
  public let removed: [Component]
  /// Components of what the analysis keeps of the differences, the widest first.
  public let kept: [Component]
  /// The share of the variance of differences, about their mean, that is removed.
  public let removedShare: Double
  /// The largest correlation among removed components, without its sign, beside that of permutations.
  public let strongest: NullComparison
  /// The largest correlation among kept components, without its sign, beside that of permutations.
  public let strongestKept: NullComparison

  /// `numbers` are those of the cloud's points. nil where the changes do not vary.
  public init?(_ crystals: Crystals, numbers: [Double], permutationCount: Int = 999, seed: UInt64) throws {
    let relations = crystals.relations
    let changes = relations.pairs.map { numbers[$0.to] - numbers[$0.from] }
    guard Set(changes).count > 1 else { return nil }
    let span = try crystals.discriminant.span
    let rows = DistractorTest.centred(crystals.differences.rows)
    let inside = rows.times(span)
    var outside = rows
    for (place, value) in inside.timesTranspose(span).values.enumerated() { outside.values[place] -= value }
    let sides = try [outside, inside].map { try DistractorTest.scores($0) }
    let variances = sides.map { $0.variances.reduce(0, +) }
    removedShare = variances[0] / (variances[0] + variances[1])
    let permuted = (0..<permutationCount).map { permutation in
      var random = RandomStream(seed: seed, stream: .distractor, index: permutation)
      return DistractorTest.permuted(changes, relations, &random)
    }
    let found = sides.map { side in
      let own = side.columns.map { DistractorTest.correlation($0, changes) }
      let strongest = permuted.map { changes in
        side.columns.map { abs(DistractorTest.correlation($0, changes)) }.max() ?? .nan
      }
      let components = zip(side.variances, own).map { variance, correlation in
        Component(
          share: variance / side.variances.reduce(0, +), correlation: correlation,
          probability: NullComparison(abs(correlation), draws: strongest).probabilityAbove)
      }
      return (components, NullComparison(own.map(abs).max() ?? .nan, draws: strongest))
    }
    (removed, strongest) = found[0]
    (kept, strongestKept) = found[1]
  }

  // MARK: Private

  /// Scores of the leading components, one a column, and all variances.
  private static func scores(_ centred: DoubleMatrix) throws -> (columns: [[Double]], variances: [Double]) {
    let eigen = try SymmetricEigen(centred.transposeTimes(centred))
    let variances = eigen.values.map { max(0, $0) }
    let rank = variances.prefix { $0 > PrincipalComponents.relativeRounding * (variances.first ?? 0) }.count
    let scores = centred.times(eigen.vectors[columns: 0..<min(rank, componentLimit)])
    return ((0..<scores.columns).map { scores[column: $0] }, Array(variances.prefix(rank)))
  }

  private static func permuted(
    _ changes: [Double], _ relations: Relations, _ random: inout RandomStream
  ) -> [Double] {
    var result = changes
    for relation in relations.names.indices {
      let members = relations.members(relation)
      for (place, other) in random.permutation(members.count).enumerated() {
        result[members[place]] = changes[members[other]]
      }
    }
    return result
  }

  private static func centred(_ rows: DoubleMatrix) -> DoubleMatrix {
    var centred = rows
    for column in 0..<rows.columns {
      let mean = rows[column: column].reduce(0, +) / Double(rows.rows)
      for row in 0..<rows.rows { centred[row, column] -= mean }
    }
    return centred
  }

  /// Pearson's correlation of centred scores with numbers that need not be centred.
  private static func correlation(_ scores: [Double], _ numbers: [Double]) -> Double {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let together = zip(scores, numbers).reduce(0) { $0 + $1.0 * ($1.1 - mean) }
    let (square, other) = (
      scores.reduce(0) { $0 + $1 * $1 }, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    )
    return together / (square * other).squareRoot()
  }
}

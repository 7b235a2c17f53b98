import Basics
import MessagePassing

/// How far two divisions of points into classes agree, beside what they would by chance.
public struct LabelAgreement: Sendable, Equatable {
  /// The adjusted mutual information (Vinh, Epps & Bailey 2010), beside its null.
  public let mutualInformation: NullComparison
  /// The adjusted Rand index (Hubert & Arabie 1985), beside its null.
  public let randIndex: NullComparison

  /// Beside draws, each of which gives the two.
  init(_ value: [Double], draws: [[Double]]) {
    mutualInformation = NullComparison(value[0], draws: draws.map { $0[0] })
    randIndex = NullComparison(value[1], draws: draws.map { $0[1] })
  }

  /// The null permutes the labels of `left`: among all points, or only among those of similar rates where these are
  /// given, so that what the rates alone explain does not count. Draws are keyed by (seed, number of the draw).
  /// Collective over the ranks of `sharing`.
  public init(
    _ left: [Int32], _ right: [Int32], rates: [Int]? = nil, drawCount: Int, seed: UInt64,
    sharing: Sharing = Sharing()
  ) throws {
    precondition(left.count == right.count, "two labels of each point")
    // Labels that have no partner must not come into play.
    let both = left.indices.filter { left[$0] >= 0 && right[$0] >= 0 }
    let (left, right) = (both.map { left[$0] }, both.map { right[$0] })
    let strata = LabelStrata(left, rates: rates.map { rates in both.map { rates[$0] } })
    let table = ContingencyTable(left, right)
    let expected = table.expectedMutualInformation
    let stream = rates == nil ? StreamName.labels : .rates
    let draws = try sharing.draws("agreement of labels", drawCount, width: 2) { draw in
      var random = RandomStream(seed: seed, stream: stream, index: draw)
      return ContingencyTable(strata.dealt(left, &random), right).agreement(expectedInformation: expected)
    }
    self.init(table.agreement(expectedInformation: expected), draws: draws)
  }
}

import LinearAlgebra

/// A number at several shares of the units against draws of its null, corrected for the choice among the shares.
///
/// At each share the number and its draws are centred and scaled by their common mean and deviation. The probability
/// at a share is that of a draw whose greatest score at any share is as great (the single-step maximum of Westfall and
/// Young 1993, Resampling-Based Multiple Testing): it holds for all shares together, and so for the best.
package struct ShareTest: Equatable, Sendable {
  /// The number, `[share]`.
  let values: [Double]
  /// The mean of the draws, `[share]`.
  let means: [Double]
  /// The probability of a draw as extreme, corrected for all shares, `[share]`.
  package let probabilities: [PermutationProbability]
  /// How far each number is from the null in the direction that is asked about, in deviations, `[share]`.
  let scores: [Double]

  /// Takes the number and its draws, `[share][draw]`, of the same deals at all shares; asked is whether it is greater
  /// than theirs, or smaller.
  package init(_ values: [Double], draws: [[Double]], isGreater: Bool) {
    let sign = isGreater ? 1.0 : -1.0
    let count = draws.first?.count ?? 0
    var highest = [Double](repeating: -.infinity, count: count)
    var scores: [Double] = []
    for (value, own) in zip(values, draws) {
      let all = own + [value]
      let mean = all.reduce(0, +) / Double(all.count)
      let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
      // What does not differ but for rounding says nothing.
      let isConstant = deviation <= 1e-12 * max(1, abs(mean))
      let found = all.map { isConstant ? 0 : sign * ($0 - mean) / deviation }
      for draw in 0..<count { highest[draw] = max(highest[draw], found[draw]) }
      scores.append(found[count])
    }
    self.values = values
    self.scores = scores
    means = draws.map { $0.reduce(0, +) / Double($0.count) }
    probabilities = scores.map { PermutationProbability($0, among: highest) }
  }

  /// The share at which the number is farthest from the null; the first of equals.
  package var best: Int { scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 } }

  /// The probability at the best share, times the number of claims that are made together.
  func probability(claims: Int) -> Double { min(1, Double(claims) * probabilities[best].value) }

  /// How far the number is from the mean of the draws, `[share]`.
  var effects: [Double] { zip(values, means).map { $0 - $1 } }

  /// The test of the difference of two tests' numbers on the same draws, such as those of two hosts.
  static func difference(
    _ one: (values: [Double], draws: [[Double]]), _ other: (values: [Double], draws: [[Double]]), isGreater: Bool
  ) -> ShareTest {
    ShareTest(
      zip(one.values, other.values).map { $0 - $1 },
      draws: zip(one.draws, other.draws).map { zip($0, $1).map { $0 - $1 } }, isGreater: isGreater)
  }
}

/// Control of the share of false ones among findings (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57, 289–300).
public enum FalseDiscoveryRate {
  /// The share of false findings that each family of tests may have. A screen is asked several questions, each a family of
  /// its own; that a screen of mere noise has a finding at all is to happen in at most one of twenty.
  public static let level = 0.01

  /// The smallest level at which each test is a finding; tests without a probability are left out and stay without.
  public static func adjusted(_ probabilities: [Double]) -> [Double] {
    adjusted(probabilities, counts: Array(repeating: 1, count: probabilities.count))
  }

  /// The same where each probability stands for so many equal tests.
  package static func adjusted(_ probabilities: [Double], counts: [Int]) -> [Double] {
    precondition(probabilities.count == counts.count, "a count for each probability")
    let order = probabilities.indices.filter { !probabilities[$0].isNaN }
      .sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    let total = order.reduce(0) { $0 + counts[$1] }
    var adjusted = Array(repeating: Double.nan, count: probabilities.count)
    var rank = total
    var smallest = 1.0
    for index in order.reversed() where counts[index] > 0 {
      smallest = min(smallest, probabilities[index] * Double(total) / Double(rank))
      adjusted[index] = smallest
      rank -= counts[index]
    }
    return adjusted
  }
}

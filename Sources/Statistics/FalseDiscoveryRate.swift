/// The false discovery rate, which is the share of false ones among findings, and how it is controlled (Benjamini and
/// Hochberg 1995, J. R. Stat. Soc. B 57, 289–300).
public enum FalseDiscoveryRate {
  /// The false discovery rate that each family of tests may have: 1 %. A screen is asked several questions, each a
  /// family of its own, and a screen of mere noise shall have any finding at all in at most one case of twenty.
  public static let level = 0.01

  /// The smallest rate at which each test is a finding; tests whose probability is not a number are left out and keep
  /// none.
  public static func adjusted(_ probabilities: [Double]) -> [Double] {
    adjusted(probabilities, counts: Array(repeating: 1, count: probabilities.count))
  }

  /// The smallest rates where each probability stands for so many equal tests.
  public static func adjusted(_ probabilities: [Double], counts: [Int]) -> [Double] {
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

  /// The smallest rates of tests in groups, whose probabilities hold for the group as a whole: first groups are chosen
  /// by their smallest probability, then the tests of the chosen groups at a rate that shrinks as fewer groups are
  /// chosen (Benjamini and Bogomolov 2014, J. R. Stat. Soc. B 76, 297–318).
  public static func adjusted(groups: [[Double]]) -> [[Double]] {
    let smallest = groups.compactMap { group in group.filter { !$0.isNaN }.min() }.sorted()
    let count = Double(smallest.count)
    // The smallest level at which a group with the probability at a place would be chosen.
    var levels = smallest
    var level = 1.0
    for (place, probability) in smallest.enumerated().reversed() {
      level = min(level, probability * count / Double(place + 1))
      levels[place] = level
    }
    return groups.map { group in
      group.map { probability in
        guard !probability.isNaN else { return .nan }
        let reached = smallest.partitioningIndex { $0 > probability }
        let own = probability * count / Double(max(1, reached))
        return min(1, own, reached < levels.count ? levels[reached] : 1)
      }
    }
  }
}

extension Array where Element == Double {
  /// Of an ascending array, the first place at which a condition holds that then holds to the end.
  fileprivate func partitioningIndex(_ isBehind: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

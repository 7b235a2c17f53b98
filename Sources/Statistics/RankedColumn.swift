/// One number of each thing, and the sums of ranks of groups of things.
///
/// Values that are equal share the mean of their ranks. Takes the time of one sort, whatever the number of groups.
public struct RankedColumn: Sendable {
  /// Things of each group that have a number.
  public let counts: [Int]
  /// Things that have a number.
  public let count: Int
  /// Quartiles of the numbers of each group: the values at or just above a quarter, a half and three quarters of them.
  public let quartiles: [[Double]]
  /// Of each group, the sum of the ranks less their mean, in halves of a rank so that it is exact.
  private let sums: [Int]
  private let scores: RankScores

  /// `groups` holds the group of each thing; values that are not numbers are left out.
  public init(_ values: [Float], groups: [Int32], groupCount: Int) {
    precondition(values.count == groups.count, "a group for each value")
    let order = RankedColumn.order(of: values)
    var counts = Array(repeating: 0, count: groupCount)
    for index in order { counts[Int(groups[Int(index)])] += 1 }
    var sums = Array(repeating: 0, count: groupCount)
    var met = sums
    var quartiles = Array(repeating: Array(repeating: Double.nan, count: 3), count: groupCount)
    var levels: [(score: Int, count: Int)] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[Int(order[end])] == values[Int(order[start])] { end += 1 }
      // Ranks count from 1: their mean here is (start + 1 + end) / 2, of all it is (count + 1) / 2.
      let score = start + end - order.count
      levels.append((score, end - start))
      for index in order[start..<end] {
        let group = Int(groups[Int(index)])
        sums[group] += score
        met[group] += 1
        for quartile in 1...3 where met[group] == (quartile * counts[group] + 3) / 4 {
          quartiles[group][quartile - 1] = Double(values[Int(index)])
        }
      }
      start = end
    }
    self.counts = counts
    self.sums = sums
    self.quartiles = quartiles
    count = order.count
    scores = RankScores(levels)
  }

  /// Compares a group with all others.
  public func comparison(ofGroup group: Int) -> RankComparison {
    RankComparison(sum: sums[group], count: counts[group], total: count, scores: scores)
  }

  /// Places of the numbers, ascending; equal numbers in the order of their places.
  private static func order(of values: [Float]) -> [UInt32] {
    var keys: [UInt64] = []
    keys.reserveCapacity(values.count)
    for (index, value) in values.enumerated() where !value.isNaN {
      // The bits of a number, so that they are in order as those of whole numbers are; −0 is 0.
      let bits = (value == 0 ? 0 : value).bitPattern
      let ordered = bits >> 31 == 1 ? ~bits : bits | 1 << 31
      keys.append(UInt64(ordered) << 32 | UInt64(index))
    }
    keys.sort()
    return keys.map { UInt32(truncatingIfNeeded: $0) }
  }
}

/// The exact distribution of the sum of one value from each of several lists, drawn evenly and independently: what the
/// total of a row would be if the values of every column were permuted over the rows.
public struct PermutationSum: Sendable {
  /// The expected sum.
  public let mean: Double
  /// The variance of the sum.
  public let variance: Double
  /// The probability of each sum, `[sum]`.
  private let probabilities: [Double]

  /// Takes the lists, whose values are at least 0.
  ///
  /// Time: the product of the number of lists, the largest sum and the number of different values.
  public init(_ lists: [[Int32]]) {
    var distribution = [1.0]
    var (mean, variance) = (0.0, 0.0)
    for list in lists where !list.isEmpty {
      let largest = Int(list.max() ?? 0)
      var counts = Array(repeating: 0, count: largest + 1)
      for value in list { counts[Int(value)] += 1 }
      var next = Array(repeating: 0.0, count: distribution.count + largest)
      let listMean = list.reduce(0.0) { $0 + Double($1) } / Double(list.count)
      mean += listMean
      for (value, count) in counts.enumerated() where count > 0 {
        let share = Double(count) / Double(list.count)
        variance += share * (Double(value) - listMean) * (Double(value) - listMean)
        PermutationSum.add(distribution, times: share, shifted: value, to: &next)
      }
      distribution = next
    }
    self.mean = mean
    self.variance = variance
    probabilities = distribution
  }

  /// The probability of a sum at least as large.
  public func tail(_ sum: Int) -> Double {
    guard sum > 0 else { return 1 }
    guard sum < probabilities.count else { return 0 }
    // The smallest first, so that none is lost.
    return min(1, probabilities[sum...].reversed().reduce(0, +))
  }

  private static func add(_ values: [Double], times share: Double, shifted: Int, to target: inout [Double]) {
    values.withUnsafeBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        for index in 0..<source.count { target[index + shifted] += share * source[index] }
      }
    }
  }
}

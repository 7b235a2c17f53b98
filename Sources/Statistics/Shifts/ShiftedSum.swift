/// The sum of independent drawn sums, each under a shift of its own: the null distribution of what a side has in all
/// strata together.
public struct ShiftedSum: Sendable {
  /// The smallest sum that there is.
  private let least: Int
  /// The probability of each sum from `least` on.
  private let probabilities: [Double]

  /// Takes the drawn sum of each stratum with its shift.
  public init(_ strata: some Sequence<(sum: DrawnSum, shift: Double)>) {
    var (least, probabilities) = (0, [1.0])
    for (sum, shift) in strata {
      least += sum.least
      guard !sum.isFixed else { continue }
      let own = sum.probabilities(shift: shift)
      var next = Array(repeating: 0.0, count: probabilities.count + own.count - 1)
      for (place, probability) in probabilities.enumerated() {
        for (step, share) in own.enumerated() { next[place + step] += probability * share }
      }
      probabilities = next
    }
    self.least = least
    self.probabilities = probabilities
  }

  /// The expected sum.
  public var mean: Double {
    Double(least) + probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
  }

  /// The two-sided probability of a sum: twice the smaller of both tails, which hold the sum itself.
  public func probability(of sum: Int) -> Double {
    let place = sum - least
    precondition(probabilities.indices.contains(place), "a sum that there is")
    // The smallest first, so that none is lost.
    let (below, above) = (probabilities[...place].reduce(0, +), probabilities[place...].reversed().reduce(0, +))
    return min(1, 2 * min(below, above))
  }

  /// The smallest two-sided probability that any sum can have; 1 where there is but one.
  public var leastProbability: Double {
    guard let first = probabilities.first, let last = probabilities.last else { return 1 }
    return min(1, 2 * min(first, last))
  }
}

/// The distribution of the number of independent events that happen, each with a probability of its own.
public struct PoissonBinomial: Sendable {
  /// The probability of each count, `[count]`.
  private let probabilities: [Double]
  /// The expected number.
  public let mean: Double

  /// Takes the probability of each event. Time: the square of their number.
  public init(_ events: some Sequence<Double>) {
    var (probabilities, mean) = ([1.0], 0.0)
    for event in events {
      mean += event
      probabilities.append(0)
      for count in stride(from: probabilities.count - 1, through: 1, by: -1) {
        probabilities[count] += event * (probabilities[count - 1] - probabilities[count])
      }
      probabilities[0] *= 1 - event
    }
    self.probabilities = probabilities
    self.mean = mean
  }

  /// The probability that at least `count` events happen.
  public func tail(_ count: Int) -> Double {
    guard count > 0 else { return 1 }
    // The smallest first, so that none is lost.
    return min(1, probabilities.dropFirst(count).reversed().reduce(0, +))
  }
}

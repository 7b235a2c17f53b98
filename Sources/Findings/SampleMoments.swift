import Foundation

/// Count, mean and spread of numbers that are added one by one (Welford 1962, Technometrics 4, 419–420).
public struct SampleMoments: Equatable, Sendable {
  public private(set) var count = 0
  private var average = 0.0
  /// Sum of the squares of the deviations from the mean.
  fileprivate var squares = 0.0

  public init() {}

  public init(_ values: some Sequence<Double>) { for value in values { add(value) } }

  public mutating func add(_ value: Double) {
    count += 1
    let deviation = value - average
    average += deviation / Double(count)
    squares += deviation * (value - average)
  }

  /// Both together (Chan, Golub and LeVeque 1979).
  public static func + (left: SampleMoments, right: SampleMoments) -> SampleMoments {
    guard left.count > 0 else { return right }
    guard right.count > 0 else { return left }
    var sum = SampleMoments()
    sum.count = left.count + right.count
    let (own, other, all) = (Double(left.count), Double(right.count), Double(sum.count))
    let difference = right.average - left.average
    sum.average = left.average + difference * other / all
    sum.squares = left.squares + right.squares + difference * difference * own * other / all
    return sum
  }

  /// Not a number without values.
  public var mean: Double { count > 0 ? average : .nan }

  /// The unbiased estimate; not a number with fewer than two values.
  public var variance: Double { count > 1 ? squares / Double(count - 1) : .nan }

  /// The interval of 95 % on the mean by Student's distribution; it supposes independent values.
  public var interval: Interval {
    let half = Tail.studentQuantile(degrees: count - 1) * (variance / Double(count)).squareRoot()
    return Interval(low: mean - half, high: mean + half)
  }
}

/// How much the mean of some values differs from that of others.
public struct MeanDifference: Equatable, Sendable {
  /// In standard deviations of both together, corrected for small samples (Hedges 1981, J. Educ. Stat. 6, 107–128).
  public let effect: Double
  /// Two-sided, by Student's test with one variance for both: the null is that all are drawn alike, and a few values that
  /// happen to be equal say little about how much they vary.
  public let probability: Double

  /// Not numbers without values on a side, with fewer than three in all, or where nothing varies.
  public init(of values: SampleMoments, against others: SampleMoments) {
    let freedom = values.count + others.count - 2
    let pooled = (values.squares + others.squares) / Double(freedom)
    guard values.count > 0, others.count > 0, freedom > 0, pooled > 0 else {
      effect = .nan
      probability = .nan
      return
    }
    let difference = values.mean - others.mean
    effect = difference / pooled.squareRoot() * (1 - 3 / (4 * Double(freedom) - 1))
    let error = (pooled * (1 / Double(values.count) + 1 / Double(others.count))).squareRoot()
    probability = min(1, 2 * Tail.student(abs(difference) / error, degrees: freedom))
  }
}

extension Tail {
  /// Beyond which, on both sides, Student's variable lies with a probability of 5 %; not a number without freedom.
  package static func studentQuantile(degrees: Int) -> Double {
    guard degrees > 0 else { return .nan }
    let freedom = Double(degrees)
    // The tail is convex, so Newton's steps from below, where the normal quantile is, never overshoot.
    var quantile = Interval.normalQuantile
    let scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / (freedom * .pi).squareRoot()
    for _ in 0..<100 {
      let density = scale * pow(1 + quantile * quantile / freedom, -(freedom + 1) / 2)
      let step = (student(quantile, degrees: degrees) - 0.025) / density
      quantile += step
      if abs(step) <= 1e-13 * quantile { break }
    }
    return quantile
  }
}

import Foundation

/// Count, mean and spread of numbers that are added one by one (Welford 1962, Technometrics 4, 419–420).
public struct SampleMoments: Equatable, Sendable {
  public private(set) var count = 0
  private var average = 0.0
  /// Sum of the squares of the deviations from the mean.
  private var squares = 0.0

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
    let half = Tail.studentQuantile(degrees: Double(count - 1)) * (variance / Double(count)).squareRoot()
    return Interval(low: mean - half, high: mean + half)
  }
}

/// How much the mean of some values differs from that of others.
public struct MeanDifference: Equatable, Sendable {
  /// In standard deviations of both together, corrected for small samples (Hedges 1981, J. Educ. Stat. 6, 107–128).
  public let effect: Double
  /// Two-sided, by the test that lets variances differ (Welch 1947, Biometrika 34, 28–35).
  public let probability: Double

  /// Not numbers with fewer than two values on a side, or where nothing varies.
  public init(of values: SampleMoments, against others: SampleMoments) {
    let (count, otherCount) = (Double(values.count), Double(others.count))
    let (part, otherPart) = (values.variance / count, others.variance / otherCount)
    let error = part + otherPart
    guard error > 0 else {
      effect = .nan
      probability = .nan
      return
    }
    let difference = values.mean - others.mean
    let degrees = error * error / (part * part / (count - 1) + otherPart * otherPart / (otherCount - 1))
    let freedom = count + otherCount - 2
    let pooled = ((count - 1) * values.variance + (otherCount - 1) * others.variance) / freedom
    effect = difference / pooled.squareRoot() * (1 - 3 / (4 * freedom - 1))
    probability = min(1, 2 * Tail.student(abs(difference) / error.squareRoot(), degrees: degrees))
  }
}

extension Tail {
  /// Beyond which, on both sides, Student's variable lies with a probability of 5 %; not a number without freedom.
  package static func studentQuantile(degrees: Double) -> Double {
    guard degrees > 0 else { return .nan }
    // The tail is convex, so Newton's steps from below, where the normal quantile is, never overshoot.
    var quantile = Interval.normalQuantile
    let scale = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / (degrees * .pi).squareRoot()
    for _ in 0..<100 {
      let density = scale * pow(1 + quantile * quantile / degrees, -(degrees + 1) / 2)
      let step = (student(quantile, degrees: degrees) - 0.025) / density
      quantile += step
      if abs(step) <= 1e-13 * quantile { break }
    }
    return quantile
  }
}

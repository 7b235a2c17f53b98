/// Count, mean and spread of numbers that are added one by one (Welford 1962, Technometrics 4, 419–420).
public struct SampleMoments: Equatable, Sendable {
  /// How many numbers were added.
  public private(set) var count = 0
  private var average = 0.0
  /// Sum of the squares of the deviations from the mean.
  private var squares = 0.0

  /// Begins without numbers.
  public init() {}

  /// Adds all values, in their order.
  public init(_ values: some Sequence<Double>) { for value in values { add(value) } }

  /// Takes in one more number.
  public mutating func add(_ value: Double) {
    count += 1
    let deviation = value - average
    average += deviation / Double(count)
    squares += deviation * (value - average)
  }

  /// The moments of both samples together (Chan, Golub and LeVeque 1979).
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

  /// The mean; not a number without values.
  public var mean: Double { count > 0 ? average : .nan }

  /// The unbiased estimate of the variance; not a number with fewer than two values.
  public var variance: Double { count > 1 ? squares / Double(count - 1) : .nan }
}

/// A statistic beside what draws of its null give.
public struct NullComparison: Sendable, Equatable {
  public let value: Double
  /// Of the draws.
  public let mean: Double
  /// Of the draws, with divisor count − 1.
  public let deviation: Double
  /// The share of draws at least as far from their mean, on either side, the value itself counted as one of them (Phipson and
  /// Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9, 39).
  public let probability: Double
  /// The same of draws at least as large.
  public let probabilityAbove: Double
  public let drawCount: Int

  /// Draws that are not a number are left out.
  public init(_ value: Double, draws: [Double]) {
    let draws = draws.filter { !$0.isNaN }
    let count = Double(draws.count)
    let mean = draws.reduce(0, +) / count
    self.value = value
    self.mean = mean
    drawCount = draws.count
    let squares = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = draws.count > 1 ? (squares / (count - 1)).squareRoot() : .nan
    // Draws that equal the value but for rounding are as far.
    let rounding = 1e-12 * max(abs(value), abs(mean))
    let far = draws.filter { abs($0 - mean) >= abs(value - mean) - rounding }.count
    let large = draws.filter { $0 >= value - rounding }.count
    probability = value.isNaN || draws.isEmpty ? .nan : Double(far + 1) / (count + 1)
    probabilityAbove = value.isNaN || draws.isEmpty ? .nan : Double(large + 1) / (count + 1)
  }

  /// How far the value is from the mean of the draws: the effect size.
  public var excess: Double { value - mean }

  /// The same in deviations of the draws; not a number where they do not differ.
  public var z: Double { deviation > 0 ? excess / deviation : .nan }
}

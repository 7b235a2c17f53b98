import LinearAlgebra

/// A statistic beside what draws of its null give.
public struct NullComparison: Sendable, Equatable {
  /// The statistic as it was found.
  public let value: Double
  /// The mean of the draws.
  public let mean: Double
  /// The standard deviation of the draws, with divisor count − 1.
  public let deviation: Double
  /// The probability of a draw at least as far from the draws' mean, on either side.
  public let chance: PermutationProbability
  /// The probability of a draw at least as large.
  public let chanceAbove: PermutationProbability

  /// Draws that are not a number are left out.
  public init(_ value: Double, draws: [Double]) {
    let draws = draws.filter { !$0.isNaN }
    let count = Double(draws.count)
    let mean = draws.reduce(0, +) / count
    self.value = value
    self.mean = mean
    let squares = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = draws.count > 1 ? (squares / (count - 1)).squareRoot() : .nan
    // Draws that equal the value but for rounding are as far.
    let rounding = 1e-12 * max(abs(value), abs(mean))
    let known = value.isNaN ? 0 : draws.count
    chance = PermutationProbability(
      reached: value.isNaN ? 0 : draws.count { abs($0 - mean) >= abs(value - mean) - rounding }, of: known)
    chanceAbove = PermutationProbability(
      reached: value.isNaN ? 0 : draws.count { $0 >= value - rounding }, of: known)
  }

  /// Draws that are numbers, where the value is one.
  public var drawCount: Int { chance.drawCount }

  /// The share of draws at least as far from their mean, on either side, the value itself counted as one of them.
  public var probability: Double { chance.value }

  /// The share of draws at least as large, the value itself counted as one of them.
  public var probabilityAbove: Double { chanceAbove.value }

  /// How far the value is from the mean of the draws: the effect size.
  public var excess: Double { value - mean }

  /// A score within this of 0 is taken for chance.
  public static let scoreLimit = 3.0

  /// Whether the value is farther from the null than chance is taken to move it; false where the draws do not show it.
  public var isBeyond: Bool { abs(z) >= NullComparison.scoreLimit }

  /// The excess in standard deviations of the draws; not a number where they do not differ.
  public var z: Double { deviation > 0 ? excess / deviation : .nan }
}

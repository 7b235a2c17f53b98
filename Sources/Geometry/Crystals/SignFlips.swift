import Basics
import LinearAlgebra

/// Whether paired changes are more than chance: each is as likely to have the other sign (Fisher 1935, The Design of
/// Experiments, section 21).
public struct SignFlips: Sendable, Equatable {
  /// Changes that are numbers.
  public let count: Int
  /// Mean over deviation: the effect size. Not a number where changes do not differ.
  public let effect: Double
  /// The p value of a mean at least this far above 0, by 9,999 seeded draws of signs, the changes themselves counted as
  /// one.
  public let chance: PermutationProbability

  /// The value of `chance`.
  public var probability: Double { chance.value }

  /// Changes that are not a number are left out.
  public init(_ changes: [Double], seed: UInt64, stream: StreamName, index: Int) {
    let changes = changes.filter { !$0.isNaN }
    let count = Double(changes.count)
    let sum = changes.reduce(0, +)
    let squares = changes.reduce(0) { $0 + ($1 - sum / count) * ($1 - sum / count) }
    self.count = changes.count
    effect = changes.count > 1 && squares > 0 ? sum / count / (squares / (count - 1)).squareRoot() : .nan
    guard !changes.isEmpty else {
      chance = PermutationProbability(reached: 0, of: 0)
      return
    }
    var random = RandomStream(seed: seed, stream: stream, index: index)
    let rounding = 1e-12 * changes.reduce(0) { $0 + abs($1) }
    let (draws, far) = (9_999, sum - rounding)
    var reached = 0
    for _ in 0..<draws {
      if changes.reduce(0, { $0 + (random.below(2) == 0 ? $1 : -$1) }) >= far { reached += 1 }
    }
    chance = PermutationProbability(reached: reached, of: draws)
  }
}

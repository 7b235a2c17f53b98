import Foundation

/// The sum of some scores that are drawn evenly, without putting any back: what a side of two has of the scores of both
/// by chance.
///
/// A shift makes sets of larger sums likelier: each set has a weight of exp(shift · sum). Of scores that are 0 or 1
/// that is Fisher's noncentral hypergeometric distribution (1935, J. R. Stat. Soc. 98, 39–82), with the shift as its
/// log odds ratio; of one score out of two it is the discordant pair of McNemar's test.
public struct DrawnSum: Equatable, Sendable {
  /// The smallest sum that there is.
  public let least: Int
  /// The shares of the ways that give each sum from `least` on; neither end is 0.
  private let shares: [Double]

  /// Takes all scores, at least 0, and how many are drawn. Time: the product of both numbers and of the largest sum.
  public init(_ scores: [Int], drawing count: Int) {
    precondition((0...scores.count).contains(count) && scores.allSatisfy { $0 >= 0 }, "a part of scores from 0 up")
    let total = scores.reduce(0, +)
    var ways = Array(repeating: Array(repeating: 0.0, count: total + 1), count: count + 1)
    ways[0][0] = 1
    for (place, score) in scores.enumerated() where count > 0 {
      for drawn in stride(from: min(count, place + 1), through: 1, by: -1) {
        for sum in score...total { ways[drawn][sum] += ways[drawn - 1][sum - score] }
      }
    }
    let reached = ways[count]
    let (first, last) = (reached.firstIndex { $0 > 0 } ?? 0, reached.lastIndex { $0 > 0 } ?? 0)
    let all = reached.reduce(0, +)
    least = first
    shares = reached[first...last].map { $0 / all }
  }

  /// Whether there is but one sum, so that nothing can be learned from it.
  public var isFixed: Bool { shares.count == 1 }

  /// The probability of each sum from `least` on under a shift.
  public func probabilities(shift: Double) -> [Double] {
    // About the likelier end, so that no power is too large.
    let end = shift > 0 ? Double(shares.count - 1) : 0
    let weights = shares.enumerated().map { $1 * exp(shift * (Double($0) - end)) }
    let all = weights.reduce(0, +)
    return weights.map { $0 / all }
  }

  /// The mean and the variance of the sum under a shift.
  func moments(shift: Double) -> (mean: Double, variance: Double) {
    let probabilities = probabilities(shift: shift)
    let mean = probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    let variance = probabilities.enumerated().reduce(0) {
      $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element
    }
    return (Double(least) + mean, variance)
  }
}

import Foundation

/// Whether two mutations at once do more or less than what they do one by one foretells.
///
/// The plain interaction is the divergence of the pair less the sum of those of its mutations. Arithmetic does not make
/// that 0 for mutations that have nothing to do with each other: divergences of small changes add up, but large ones
/// saturate, and then every pair would seem to suppress. So what is expected is taken from the screen itself: on each
/// input, the sum of the single divergences times the usual ratio of pair to sum at such a sum, by a resistant line
/// (Tukey 1977, Exploratory Data Analysis, 5) through the logarithms of both among the other pairs that are matched to
/// it, the nearest in that sum. Medians are not moved by a few strong interactions, and follow no single pair at the
/// ends, as a monotone fit would.
///
/// The effect of a pair is the mean over inputs of ln (divergence / expected). The null: among pairs of about the same
/// expected divergence, which pair has which deviation on an input is chance, and on each input anew. The ranks of the
/// deviations of each input are permuted among such pairs; the distribution of a pair's sum of ranks is then exact.
/// What the null keeps: the deviations of every input, however they are distributed, and that they are larger where
/// little is expected.
public struct PairInteractions: Sendable {
  /// Pairs that the usual ratio is taken from at most, and at least where there are so many; between, a sixth of all.
  public static let matchedCounts = 12...30
  /// Pairs among which ranks are permuted, at least, where there are so many.
  public static let leastExchanged = 20
  /// Divergences below this, in nats, are rounding.
  public static let rounding = 1e-8

  /// The divergence of the pair less those of its mutations, `[pair][input]`.
  public let interactions: [[Double]]
  /// The divergence that is expected of the pair, `[pair][input]`.
  public let expected: [[Double]]
  /// The mean over inputs of ln (divergence / expected), `[pair]`.
  public let effects: [Double]
  /// The two-sided probability of a sum of ranks as far from the middle, `[pair]`; not a number where a divergence is
  /// none.
  public let probabilities: [Double]

  /// Takes the sums of the single divergences and the divergences of pairs, `[pair][input]`, in nats.
  public init(sums: [[Double]], divergences: [[Double]]) {
    precondition(sums.count == divergences.count, "both of each pair")
    let inputCount = sums.first?.count ?? 0
    interactions = zip(sums, divergences).map { zip($0, $1).map { $1 - $0 } }
    let usable = sums.indices.filter { pair in (sums[pair] + divergences[pair]).allSatisfy(\.isFinite) }
    let logSums = usable.map { sums[$0].map(PairInteractions.logarithm) }
    let ratios = zip(usable, logSums).map { pair, logs in
      zip(divergences[pair], logs).map { PairInteractions.logarithm($0) - $1 }
    }
    var deviations = ratios
    var expected = sums.map { $0.map { _ in Double.nan } }
    for input in 0..<inputCount {
      let usual = PairInteractions.matched(ratios.map { $0[input] }, along: logSums.map { $0[input] })
      for (place, ratio) in usual.enumerated() {
        deviations[place][input] -= ratio
        expected[usable[place]][input] = sums[usable[place]][input] * exp(ratio)
      }
    }
    self.expected = expected
    var effects = sums.map { _ in Double.nan }
    var probabilities = effects
    let chances = PairInteractions.probabilities(of: deviations, along: logSums.map(\.mean))
    for (place, pair) in usable.enumerated() {
      effects[pair] = deviations[place].mean
      probabilities[pair] = chances[place]
    }
    self.effects = effects
    self.probabilities = probabilities
  }

  /// The least probability that one of so many pairs can have on so many inputs.
  public static func leastProbability(pairs: Int, inputs: Int) -> Double {
    let parts = max(1, pairs / leastExchanged)
    let exchanged = Double(max(1, (pairs + parts - 1) / parts))
    return min(1, 2 * pow(exchanged, -Double(inputs)))
  }

  private static func logarithm(_ divergence: Double) -> Double { log(max(0, divergence) + rounding) }

  // MARK: What is expected

  /// For each value what the others that are nearest to it along another quantity make of that quantity there.
  private static func matched(_ values: [Double], along quantity: [Double]) -> [Double] {
    let order = quantity.indices.sorted { (quantity[$0], $0) < (quantity[$1], $1) }
    let count = min(values.count - 1, max(matchedCounts.lowerBound, min(matchedCounts.upperBound, values.count / 6)))
    var found = values.map { _ in 0.0 }
    guard count > 0 else { return found }
    for (rank, place) in order.enumerated() {
      // The window of the nearest ranks, without the value itself.
      let first = min(max(0, rank - count / 2), values.count - count - 1)
      let window = (first...first + count).filter { $0 != rank }.map { order[$0] }
      found[place] = resistantLine(
        window.map { quantity[$0] }, window.map { values[$0] }, at: quantity[place])
    }
    return found
  }

  /// The value at a place of the line through the medians of the outer thirds of points, which ascend, so that half of
  /// the points lie above it.
  private static func resistantLine(_ x: [Double], _ y: [Double], at place: Double) -> Double {
    let third = x.count / 3
    guard third >= 3 else { return median(y) }
    let width = median(Array(x.suffix(third))) - median(Array(x.prefix(third)))
    let slope = width > 0 ? (median(Array(y.suffix(third))) - median(Array(y.prefix(third)))) / width : 0
    return slope * place + median(zip(x, y).map { $1 - slope * $0 })
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  // MARK: The null

  private static func probabilities(of deviations: [[Double]], along quantity: [Double]) -> [Double] {
    let order = quantity.indices.sorted { (quantity[$0], $0) < (quantity[$1], $1) }
    var probabilities = deviations.map { _ in 1.0 }
    let parts = max(1, order.count / leastExchanged)
    for part in 0..<parts {
      let members = Array(order[order.count * part / parts..<order.count * (part + 1) / parts])
      let ranks = (deviations.first ?? []).indices.map { input in doubledRanks(members.map { deviations[$0][input] }) }
      let largest = Int32(2 * max(0, members.count - 1))
      let (upper, lower) = (PermutationSum(ranks), PermutationSum(ranks.map { $0.map { largest - $0 } }))
      for (place, member) in members.enumerated() {
        let sum = ranks.reduce(0) { $0 + Int($1[place]) }
        let tail = min(upper.tail(sum), lower.tail(Int(largest) * ranks.count - sum))
        probabilities[member] = min(1, 2 * tail)
      }
    }
    return probabilities
  }

  /// Twice the rank of each value, from 0; equal ones have the mean of their ranks.
  private static func doubledRanks(_ values: [Double]) -> [Int32] {
    values.map { value in
      Int32(2 * values.count { $0 < value } + values.count { $0 == value } - 1)
    }
  }
}

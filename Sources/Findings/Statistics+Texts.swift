import CKernels
import Foundation

/// Control of the share of false ones among findings (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57, 289–300).
public enum FalseDiscoveryRate {
  /// The share of false findings that is accepted.
  public static let level = 0.05

  /// The smallest level at which each test is a finding; tests without a probability are left out and stay without.
  public static func adjusted(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.filter { !probabilities[$0].isNaN }
      .sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    var adjusted = Array(repeating: Double.nan, count: probabilities.count)
    var smallest = 1.0
    for (rank, index) in order.enumerated().reversed() {
      smallest = min(smallest, probabilities[index] * Double(order.count) / Double(rank + 1))
      adjusted[index] = smallest
    }
    return adjusted
  }
}

/// Random numbers as a function of (seed, stream, index): the same whoever draws them, and when.
struct RandomNumbers {
  private let key: [UInt32]
  private var counter: [UInt32]
  private var block: [UInt32] = [0, 0, 0, 0]
  private var used = 4

  init(seed: UInt64, stream: UInt32, index: UInt32) {
    key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
    counter = [0, index, stream, 0x6669_6e64]
  }

  /// A number from 0 up to but not `bound`, which is below 2³²; even to within bound / 2³² (Lemire 2019, ACM Trans. Model.
  /// Comput. Simul. 29, 3).
  mutating func below(_ bound: Int) -> Int { Int((UInt64(next()) * UInt64(bound)) >> 32) }

  private mutating func next() -> UInt32 {
    if used == 4 {
      locus_philox(counter, key, &block)
      counter[0] += 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }
}

/// Tail probabilities of the distributions that tests are made with.
package enum Tail {
  /// P(T ≥ t) of Student's variable with so many degrees of freedom.
  package static func student(_ t: Double, degrees: Int) -> Double {
    guard degrees > 0, !t.isNaN else { return .nan }
    guard t.isFinite else { return t < 0 ? 1 : 0 }
    let (square, degrees) = (t * t, Double(degrees))
    let outside =
      incompleteBeta(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5) / 2
    return t < 0 ? 1 - outside : outside
  }

  /// The regularized incomplete beta function of x, given with 1 − x because millions of degrees of freedom leave few digits
  /// of the difference; by its continued fraction (Lentz 1976, Appl. Opt. 15, 668–671).
  private static func incompleteBeta(_ x: Double, _ rest: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard rest > 0 else { return 1 }
    // The fraction converges fast on this side of the mean.
    guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(rest, x, b, a) }
    let logarithms = a * logarithm(x, rest) + b * logarithm(rest, x)
    let front = exp(logarithms - logBeta(max(a, b), min(a, b))) / a
    let tiny = 1e-300
    var (c, d) = (1.0, 1 / nonzero(1 - (a + b) * x / (a + 1), tiny))
    var fraction = d
    for step in 1..<10_000 {
      let m = Double(step)
      for numerator in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / nonzero(1 + numerator * d, tiny)
        c = nonzero(1 + numerator / c, tiny)
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return front * fraction
  }

  /// ln x from the smaller of x and 1 − x.
  private static func logarithm(_ x: Double, _ rest: Double) -> Double { x < rest ? log(x) : log1p(-rest) }

  /// ln B(large, small). Of a large argument the logarithms of Γ cancel to nothing, and their difference is a series
  /// (Stirling's).
  private static func logBeta(_ large: Double, _ small: Double) -> Double {
    guard large > 100 else { return lgamma(large) + lgamma(small) - lgamma(large + small) }
    func remainder(_ x: Double) -> Double { (1 / 12.0 - (1 / 360.0 - 1 / (1260 * x * x)) / (x * x)) / x }
    let sum = large + small
    let difference = (large - 0.5) * -log1p(small / large) - small * log(sum) + small
    return lgamma(small) + difference + remainder(large) - remainder(sum)
  }

  private static func nonzero(_ value: Double, _ tiny: Double) -> Double { abs(value) < tiny ? tiny : value }
}

/// The exact distribution of the sum of one value from each of several lists, drawn evenly and independently: what a row's
/// total would be if the values of every column were dealt to its rows at random.
package struct PermutationSum {
  /// `[sum]`
  private let probabilities: [Double]

  /// Each list is that of a column; values are at least 0.
  ///
  /// Time: the product of the number of lists, the largest sum and the number of different values.
  package init(_ lists: [[Int32]]) {
    var distribution = [1.0]
    for list in lists where !list.isEmpty {
      let largest = Int(list.max() ?? 0)
      var counts = Array(repeating: 0, count: largest + 1)
      for value in list { counts[Int(value)] += 1 }
      var next = Array(repeating: 0.0, count: distribution.count + largest)
      for (value, count) in counts.enumerated() where count > 0 {
        let share = Double(count) / Double(list.count)
        for index in distribution.indices { next[index + value] += share * distribution[index] }
      }
      distribution = next
    }
    probabilities = distribution
  }

  /// The probability of a sum at least as large.
  package func tail(_ sum: Int) -> Double {
    guard sum > 0 else { return 1 }
    guard sum < probabilities.count else { return 0 }
    // The smallest first, so that none is lost.
    return min(1, probabilities[sum...].reversed().reduce(0, +))
  }
}

import Foundation

/// Upper tail probabilities of the distributions that tests are made with.
public enum TailProbability {
  /// P(Z ≥ z) of a standard normal variable.
  public static func normal(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

  /// P(T ≥ t) of Student's variable with so many degrees of freedom.
  public static func student(_ t: Double, degrees: Int) -> Double { student(t, degrees: Double(degrees)) }

  /// P(T ≥ t) of Student's variable where the degrees of freedom are estimated and need not be whole.
  public static func student(_ t: Double, degrees: Double) -> Double {
    guard degrees > 0, !t.isNaN else { return .nan }
    guard t.isFinite else { return t < 0 ? 1 : 0 }
    let square = t * t
    let outside =
      incompleteBeta(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5) / 2
    return t < 0 ? 1 - outside : outside
  }

  /// The value that Student's variable with so many degrees of freedom exceeds with a probability below a half: 12.7
  /// for 0.025 and one degree. It is found by halving, to all digits.
  public static func studentQuantile(_ tail: Double, degrees: Int) -> Double {
    guard degrees > 0, tail > 0, tail < 0.5 else { return .nan }
    var (low, high) = (0.0, 1.0)
    while student(high, degrees: degrees) > tail, high < 1e300 { (low, high) = (high, 2 * high) }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if student(middle, degrees: degrees) > tail { low = middle } else { high = middle }
    }
    return high
  }

  /// P(X ≥ count) of the successes in `trials` independent trials.
  public static func binomial(_ count: Int, trials: Int, probability: Double) -> Double {
    guard count > 0 else { return 1 }
    guard count <= trials, probability > 0 else { return 0 }
    guard probability < 1 else { return 1 }
    let odds = probability / (1 - probability)
    let mode = min(trials, Int(Double(trials + 1) * probability))
    return share(of: count...trials, in: 0...trials, mode: mode) {
      Double(trials - $0) / Double($0 + 1) * odds
    }
  }

  /// P(X ≥ count) of the marked among `drawn` out of `total`, of which `marked` are marked.
  public static func hypergeometric(_ count: Int, drawn: Int, marked: Int, total: Int) -> Double {
    let support = max(0, drawn + marked - total)...min(drawn, marked)
    guard count > support.lowerBound else { return 1 }
    guard count <= support.upperBound else { return 0 }
    let mode = Int(Double(drawn + 1) * Double(marked + 1) / Double(total + 2))
    return share(
      of: count...support.upperBound, in: support, mode: min(max(mode, support.lowerBound), support.upperBound)
    ) {
      Double(marked - $0) * Double(drawn - $0)
        / (Double($0 + 1) * Double(total - marked - drawn + $0 + 1))
    }
  }

  /// Two-sided probability that fair coin throws split at least as unevenly as `first` against `second`: the exact test
  /// of McNemar (1947, Psychometrika 12, 153–157).
  public static func evenSplit(_ first: Int, _ second: Int) -> Double {
    min(1, 2 * binomial(max(first, second), trials: first + second, probability: 0.5))
  }

  // MARK: Private

  /// Weight of a part of a support over that of all, from the ratios of neighbouring weights; no factorial is formed,
  /// so that digits are not lost to large counts.
  private static func share(
    of part: ClosedRange<Int>, in support: ClosedRange<Int>, mode: Int, ratio: (Int) -> Double
  ) -> Double {
    var inside = part.contains(mode) ? 1.0 : 0
    var all = 1.0
    var weight = 1.0
    for value in mode..<support.upperBound {
      weight *= ratio(value)
      all += weight
      if part.contains(value + 1) { inside += weight }
      // The part may begin far out, where weights are tiny and yet all there is of it.
      if weight < inside * 1e-18 || weight == 0 { break }
    }
    weight = 1
    for value in stride(from: mode - 1, through: support.lowerBound, by: -1) {
      weight /= ratio(value)
      all += weight
      if part.contains(value) { inside += weight }
      if weight < all * 1e-18 { break }
    }
    return min(1, inside / all)
  }

  /// The regularized incomplete beta function of x, given with 1 − x because millions of degrees of freedom leave few
  /// digits of the difference; by its continued fraction (Lentz 1976, Appl. Opt. 15, 668–671).
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

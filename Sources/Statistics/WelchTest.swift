/// Whether two samples have one mean where their variances may differ: Welch's t (1947, Biometrika 34, 28–35), with the
/// degrees of freedom of Satterthwaite (1946, Biometrics Bull. 2, 110–114).
public struct WelchTest: Equatable, Sendable {
  /// The difference of the means, first less second, over its standard error; 0 where neither sample varies.
  public let t: Double
  /// The degrees of freedom, which need not be whole; 1 where neither sample varies.
  public let degrees: Double

  /// Takes the mean, the unbiased variance and the size of both samples, of which each has two values at least.
  public init(
    means: (Double, Double), variances: (Double, Double), counts: (Int, Int)
  ) {
    let (n, m) = (Double(counts.0), Double(counts.1))
    let (a, b) = (variances.0 / n, variances.1 / m)
    guard a + b > 0 else {
      (t, degrees) = (0, 1)
      return
    }
    t = (means.0 - means.1) / (a + b).squareRoot()
    // As shares, so that no square of a tiny variance is lost.
    let (p, q) = (a / (a + b), b / (a + b))
    degrees = 1 / (p * p / (n - 1) + q * q / (m - 1))
  }

  /// Takes two samples of two values at least.
  public init(_ first: [Double], _ second: [Double]) {
    let (one, other) = (SampleMoments(first), SampleMoments(second))
    self.init(
      means: (one.mean, other.mean), variances: (one.variance, other.variance), counts: (one.count, other.count))
  }

  /// The probability of a t at least as far from 0 in samples of one mean.
  public var probability: Double { min(1, 2 * TailProbability.student(abs(t), degrees: degrees)) }
}

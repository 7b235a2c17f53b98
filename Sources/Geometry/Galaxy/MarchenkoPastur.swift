import Foundation

/// Where the eigenvalues of the covariance of an isotropic cloud of independent points lie, for many points in many
/// dimensions (Marchenko and Pastur 1967, Math. USSR Sb. 1, 457–483).
public struct MarchenkoPastur: Sendable, Equatable {
  /// Dimension over degrees of freedom, γ.
  public let ratio: Double
  /// The variance of each coordinate.
  public let variance: Double

  /// The law for `count` points about their mean, whose coordinates are independent.
  public init(count: Int, dimension: Int, variance: Double) {
    precondition(count > 1 && dimension > 0 && variance > 0, "points that spread")
    ratio = Double(dimension) / Double(count - 1)
    self.variance = variance
  }

  /// The law for an isotropic cloud of the same number of points, dimension and total variance.
  public init(_ components: PrincipalComponents) {
    let dimension = components.mean.count
    self.init(
      count: components.count, dimension: dimension, variance: components.totalVariance / Double(dimension))
  }

  /// σ² (1 ∓ √γ)²
  public var edges: ClosedRange<Double> {
    let root = ratio.squareRoot()
    return variance * (1 - root) * (1 - root)...variance * (1 + root) * (1 + root)
  }

  /// The share of eigenvalues that are 0, as there are more dimensions than degrees of freedom.
  public var shareAtZero: Double { max(0, 1 - 1 / ratio) }

  /// The density of eigenvalues at `value`, those at 0 left out.
  public func density(_ value: Double) -> Double {
    guard value > 0, edges.contains(value) else { return 0 }
    let root = ((edges.upperBound - value) * (value - edges.lowerBound)).squareRoot()
    return root / (2 * .pi * ratio * variance * value)
  }

  /// The share of all eigenvalues up to a value.
  public func share(upTo value: Double) -> Double {
    guard value >= edges.lowerBound else { return value < 0 ? 0 : shareAtZero }
    guard value < edges.upperBound else { return 1 }
    // Over the angle θ at which the half circle over the edges is seen, λ = m − h cos θ, the density is that of
    // h sin² θ / (a − cos θ) with a = m / h, whose integral is elementary.
    let middle = (edges.upperBound + edges.lowerBound) / 2
    let half = (edges.upperBound - edges.lowerBound) / 2
    let (angle, a) = (acos(max(-1, min(1, (middle - value) / half))), middle / half)
    let turn = atan2((a + 1).squareRoot() * sin(angle / 2), max(0, a - 1).squareRoot() * cos(angle / 2))
    let integral = sin(angle) + a * angle - 2 * max(0, a * a - 1).squareRoot() * turn
    return shareAtZero + half * integral / (2 * .pi * ratio * variance)
  }

  /// The value up to which a share of all eigenvalues lies, by bisection.
  public func quantile(_ share: Double) -> Double {
    guard share > shareAtZero else { return 0 }
    var (low, high) = (edges.lowerBound, edges.upperBound)
    while high - low > 1e-14 * edges.upperBound {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if self.share(upTo: middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// What each of `count` eigenvalues is expected to be, the largest first: the middle of its share.
  public func quantiles(_ count: Int) -> [Double] {
    (0..<count).map { quantile(1 - (Double($0) + 0.5) / Double(count)) }
  }
}

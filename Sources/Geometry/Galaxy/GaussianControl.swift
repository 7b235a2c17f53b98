import Basics
import MessagePassing

/// What the spectrum of a cloud would be were its points drawn from a normal distribution.
public struct GaussianControl: Sendable {
  /// The covariance of the normal distribution that is drawn from.
  public enum Kind: String, Sendable, CaseIterable {
    /// Normal clouds of a covariance whose clouds have the cloud's spectrum on average, if any has. A spectrum cannot
    /// tell a cloud from a normal one of its own covariance: the deviations say how far chance alone moves the figures
    /// at this number of points, and a score far from 0 that no independent normal points have such a spectrum, because
    /// it is too even.
    case matched
    /// Normal clouds of the same total variance, even in all directions: hardly any cloud of use is like these.
    case isotropic
  }

  /// The covariance of the draws.
  public let kind: Kind
  /// The slope of the power law, in the window of the cloud's own, beside the draws'.
  public let slope: NullComparison
  /// The effective dimension by the participation ratio, beside the draws'.
  public let participation: NullComparison
  /// The effective dimension by the entropy of the spectrum, beside the draws'.
  public let entropyDimension: NullComparison
  /// The largest eigenvalue's share of the variance.
  public let leadingShare: NullComparison
  /// The share of eigenvalues above the upper edge of Marchenko and Pastur's law. Draws seldom have any, so it has no
  /// score, only a probability.
  public let shareBeyondEdge: NullComparison
  /// Mean eigenvalues of the draws, `[rank]`.
  public let spectrum: [Double]

  /// Draws are keyed by (seed, number of the draw). Collective over the ranks of `sharing`.
  init(
    _ kind: Kind, of components: PrincipalComponents, ranks: ClosedRange<Int>, drawCount: Int, seed: UInt64,
    sharing: Sharing
  ) throws {
    let (freedom, dimension) = (components.count - 1, components.mean.count)
    let eigenvalues = Array(components.eigenvalues.prefix(components.rank))
    let (source, stream): (GaussianSpectrum, StreamName)
    switch kind {
    case .isotropic:
      let variance = components.totalVariance / Double(dimension)
      source = GaussianSpectrum(freedom: freedom, variances: Array(repeating: variance, count: dimension))
      stream = .isotropic
    case .matched:
      source = try .matching(
        eigenvalues, freedom: freedom, dimension: dimension, seed: seed, stream: .matching, sharing: sharing
      )
      stream = .matched
    }
    let draws = try sharing.draws(
      "the \(kind.rawValue) control", drawCount, width: min(freedom, source.variances.count)
    ) { draw in
      var random = RandomStream(seed: seed, stream: stream, index: draw)
      return try source.draw(&random)
    }
    let edge = MarchenkoPastur(components).edges.upperBound
    let own = Figures(eigenvalues, ranks, edge, dimension)
    let drawn = draws.map { Figures($0, ranks, edge, dimension) }
    func comparison(_ figure: (Figures) -> Double) -> NullComparison {
      NullComparison(figure(own), draws: drawn.map(figure))
    }
    self.kind = kind
    slope = comparison(\.slope)
    participation = comparison(\.dimension.participation)
    entropyDimension = comparison(\.dimension.entropy)
    leadingShare = comparison(\.leadingShare)
    shareBeyondEdge = comparison(\.shareBeyondEdge)
    spectrum = (0..<(draws.first?.count ?? 0)).map { rank in draws.reduce(0) { $0 + $1[rank] } / Double(drawCount) }
  }

  private struct Figures {
    let slope: Double
    let dimension: EffectiveDimension
    let leadingShare: Double
    let shareBeyondEdge: Double

    init(_ eigenvalues: [Double], _ ranks: ClosedRange<Int>, _ edge: Double, _ order: Int) {
      slope = PowerLaw(eigenvalues, ranks: ranks)?.slope ?? .nan
      dimension = EffectiveDimension(eigenvalues)
      leadingShare = (eigenvalues.first ?? 0) / eigenvalues.reduce(0, +)
      shareBeyondEdge = Double(eigenvalues.count { $0 > edge }) / Double(order)
    }
  }
}

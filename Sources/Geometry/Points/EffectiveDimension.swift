import Foundation

/// How many directions a cloud spreads in, were it to spread evenly in them.
public struct EffectiveDimension: Sendable, Equatable {
  /// (Σ λ)² / Σ λ², the participation ratio.
  public let participation: Double
  /// The exponential of the entropy of the shares of variance (Roy and Vetterli 2007, EUSIPCO, 606–610).
  public let entropy: Double

  /// Not numbers where nothing varies.
  public init(_ eigenvalues: [Double]) {
    let total = eigenvalues.reduce(0, +)
    let shares = eigenvalues.map { $0 / total }
    participation = 1 / shares.reduce(0) { $0 + $1 * $1 }
    entropy = exp(-shares.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0 * $1) })
  }
}

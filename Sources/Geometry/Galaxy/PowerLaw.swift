import Foundation

/// A straight line through the logarithms of eigenvalues over those of their ranks, by ordinary least squares.
public struct PowerLaw: Sendable, Equatable {
  /// The window of Li et al. 2024, arXiv 2410.19750, section 5.
  public static let publishedRanks = 11...150

  /// The ranks that are fitted, counted from 1, both ends included.
  public let ranks: ClosedRange<Int>
  /// d log₁₀ λ / d log₁₀ rank: below 0 where the spectrum falls.
  public let slope: Double
  /// log₁₀ λ at rank 1, on the line.
  public let intercept: Double
  /// The standard error of the slope, as if residuals were independent, which those of ordered eigenvalues are not: it
  /// is descriptive.
  public let slopeError: Double
  /// The coefficient of determination R² of the fit.
  public let determination: Double

  /// Eigenvalues are the largest first. nil where fewer than three of the ranks have one above 0.
  public init?(_ eigenvalues: [Double], ranks window: ClosedRange<Int>) {
    let positive = eigenvalues.prefix { $0 > 0 }.count
    let last = min(window.upperBound, positive)
    guard window.lowerBound > 0, last - window.lowerBound >= 2 else { return nil }
    ranks = window.lowerBound...last
    let places = ranks.map { log10(Double($0)) }
    let values = ranks.map { log10(eigenvalues[$0 - 1]) }
    let count = Double(places.count)
    let (place, value) = (places.reduce(0, +) / count, values.reduce(0, +) / count)
    let spread = places.reduce(0) { $0 + ($1 - place) * ($1 - place) }
    let together = zip(places, values).reduce(0) { $0 + ($1.0 - place) * ($1.1 - value) }
    let slope = together / spread
    let intercept = value - slope * place
    let residual = zip(places, values).reduce(0) { sum, pair in
      let miss = pair.1 - intercept - slope * pair.0
      return sum + miss * miss
    }
    let total = values.reduce(0) { $0 + ($1 - value) * ($1 - value) }
    (self.slope, self.intercept) = (slope, intercept)
    slopeError = (residual / (count - 2) / spread).squareRoot()
    determination = total > 0 ? 1 - residual / total : 1
  }

  /// Fits the law in the window that `window(of:)` gives; nil where there is none.
  public init?(_ eigenvalues: [Double]) {
    let positive = eigenvalues.prefix { $0 > 0 }.count
    guard positive > 2 else { return nil }
    self.init(eigenvalues, ranks: PowerLaw.window(of: positive))
  }

  /// The published window, cut to `count` ranks; all ranks where fewer than ten of it are left.
  public static func window(of count: Int) -> ClosedRange<Int> {
    count >= publishedRanks.lowerBound + 9
      ? publishedRanks.lowerBound...min(publishedRanks.upperBound, count) : 1...max(1, count)
  }

  /// The same line in other windows, as far as they differ and have three ranks: how much the slope is the window's.
  public static func sensitivity(_ eigenvalues: [Double]) -> [PowerLaw] {
    let count = eigenvalues.prefix { $0 > 0 }.count
    guard count > 2 else { return [] }
    let half = count / 2
    let windows = [
      (1, count), (1, 10), (1, half), (half, count), (11, 50), (11, 100), (11, 150), (21, 150), (51, 150), (11, count),
    ]
    var laws: [PowerLaw] = []
    for (first, last) in windows where first <= last {
      guard let law = PowerLaw(eigenvalues, ranks: first...last), !laws.contains(where: { $0.ranks == law.ranks })
      else { continue }
      laws.append(law)
    }
    return laws
  }
}

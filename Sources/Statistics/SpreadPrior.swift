import Foundation

/// How much more than by sampling the values of a sample usually spread, learned from many samples together.
///
/// A small sample knows its own spread badly. The ratios of observed to sampling variance of all samples are taken for
/// draws from a scaled F distribution, whose two numbers are estimated robustly, so that a few unusual samples do not
/// matter (Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3, 3; Phipson et al. 2016, Ann. Appl. Stat. 10, 946–963).
public struct SpreadPrior: Equatable, Sendable {
  /// The usual ratio of variances.
  public let ratio: Double
  /// The degrees of freedom that this knowledge is worth: 0 where samples say nothing of one another.
  public let degrees: Double

  /// The prior that says nothing, so that every sample stands for itself.
  public static let none = SpreadPrior(ratio: 1, degrees: 0)

  /// Fewer samples than these say nothing of one another.
  static let fewestSamples = 8
  /// The degrees of freedom are at most this, which is as good as certainty.
  static let mostDegrees = 1000.0

  private init(ratio: Double, degrees: Double) {
    self.ratio = ratio
    self.degrees = degrees
  }

  /// Learns from the ratio of each sample and its degrees of freedom.
  public init(_ spreads: [(ratio: Double, degrees: Int)]) {
    let usable = spreads.filter { $0.ratio > 0 && $0.ratio.isFinite && $0.degrees > 0 }
    guard usable.count >= SpreadPrior.fewestSamples else {
      self = .none
      return
    }
    let logarithms = usable.map { log($0.ratio) - Digamma.value($0.degrees / 2) + log(Double($0.degrees) / 2) }.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(logarithms.count - 1)
      let lower = Int(place)
      let upper = min(lower + 1, logarithms.count - 1)
      return logarithms[lower] + (place - Double(lower)) * (logarithms[upper] - logarithms[lower])
    }
    // The range of the middle half in standard deviations of a normal variable.
    let deviation = (quantile(0.75) - quantile(0.25)) / 1.349
    let sampling = usable.map { Digamma.derivative(Double($0.degrees) / 2) }.mean
    let rest = deviation * deviation - sampling
    let degrees = rest > 0 ? min(SpreadPrior.mostDegrees, 2 * Digamma.inverseDerivative(rest)) : SpreadPrior.mostDegrees
    self.degrees = degrees
    ratio = exp(quantile(0.5) + Digamma.value(degrees / 2) - log(degrees / 2))
  }

  /// The ratio of a sample, and its degrees of freedom, when its own ratio and the usual one are taken together; the
  /// ratio is not below 1, which is sampling alone.
  public func moderated(_ own: Double, degrees ownDegrees: Int) -> (ratio: Double, degrees: Double) {
    let all = degrees + Double(ownDegrees)
    return (max(1, (degrees * ratio + Double(ownDegrees) * own) / all), all)
  }
}

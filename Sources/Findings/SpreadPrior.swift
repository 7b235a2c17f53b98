import Foundation
import LinearAlgebra

/// How much more than by sampling the blocks of a matrix spread, as far as the other matrices tell.
///
/// A matrix of few blocks knows its own spread badly. The ratios of observed to sampling variance of all matrices are
/// taken for draws from a scaled F distribution, whose two numbers are estimated robustly, so that a few unusual
/// matrices do not matter (Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3, 3; Phipson et al. 2016, Ann. Appl. Stat. 10,
/// 946–963).
package struct SpreadPrior: Equatable {
  /// The usual ratio of variances.
  let ratio: Double
  /// Degrees of freedom that it is worth: 0 where matrices tell nothing of one another.
  let degrees: Double

  /// Says nothing: every matrix for itself.
  package static let none = SpreadPrior(ratio: 1, degrees: 0)

  /// Fewer matrices than these say nothing of one another.
  static let fewestMatrices = 8
  /// Degrees of freedom are no more than this, which is as good as certainty.
  static let mostDegrees = 1000.0

  private init(ratio: Double, degrees: Double) {
    self.ratio = ratio
    self.degrees = degrees
  }

  /// From the ratio of each matrix and its degrees of freedom.
  package init(_ spreads: [(ratio: Double, degrees: Int)]) {
    let usable = spreads.filter { $0.ratio > 0 && $0.ratio.isFinite && $0.degrees > 0 }
    guard usable.count >= SpreadPrior.fewestMatrices else {
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

  /// The ratio of a matrix when what it knows itself and what the others tell are taken together; not below 1, sampling
  /// alone.
  func moderated(_ own: Double, degrees ownDegrees: Int) -> (ratio: Double, degrees: Double) {
    let all = degrees + Double(ownDegrees)
    return (max(1, (degrees * ratio + Double(ownDegrees) * own) / all), all)
  }
}

/// The derivative of the logarithm of the gamma function, by its asymptotic series (Abramowitz and Stegun 1964, 6.3.18,
/// 6.4.12).
package enum Digamma {
  static func value(_ integer: Int) -> Double { value(Double(integer)) }

  package static func value(_ x: Double) -> Double {
    var (x, shift) = (x, 0.0)
    while x < 8 {
      shift -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    return shift + log(x) - 0.5 / x - square * (1 / 12.0 - square * (1 / 120.0 - square / 252))
  }

  /// Its derivative, the trigamma function.
  package static func derivative(_ x: Double) -> Double {
    var (x, shift) = (x, 0.0)
    while x < 8 {
      shift += 1 / (x * x)
      x += 1
    }
    let square = 1 / (x * x)
    return shift + 1 / x + square / 2 + square / x * (1 / 6.0 - square * (1 / 30.0 - square / 42))
  }

  /// The argument of which the trigamma function is a positive value, by Newton's method (Smyth 2004, appendix).
  package static func inverseDerivative(_ value: Double) -> Double {
    guard value < 1e7 else { return 1 / value.squareRoot() }
    guard value > 1e-6 else { return 1 / value }
    var x = 0.5 + 1 / value
    for _ in 0..<50 {
      let third = (derivative(x * (1 + 1e-6)) - derivative(x * (1 - 1e-6))) / (2e-6 * x)
      let step = derivative(x) * (1 - derivative(x) / value) / third
      x += step
      if -step / x < 1e-9 { break }
    }
    return x
  }
}

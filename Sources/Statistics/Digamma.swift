import Foundation

/// The derivative of the logarithm of the gamma function, by its asymptotic series (Abramowitz and Stegun 1964, 6.3.18,
/// 6.4.12).
public enum Digamma {
  /// ψ of a whole number.
  public static func value(_ integer: Int) -> Double { value(Double(integer)) }

  /// ψ of a positive number.
  public static func value(_ x: Double) -> Double {
    var (x, shift) = (x, 0.0)
    while x < 8 {
      shift -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    return shift + log(x) - 0.5 / x - square * (1 / 12.0 - square * (1 / 120.0 - square / 252))
  }

  /// The derivative of ψ at a positive number: the trigamma function.
  public static func derivative(_ x: Double) -> Double {
    var (x, shift) = (x, 0.0)
    while x < 8 {
      shift += 1 / (x * x)
      x += 1
    }
    let square = 1 / (x * x)
    return shift + 1 / x + square / 2 + square / x * (1 / 6.0 - square * (1 / 30.0 - square / 42))
  }

  /// The argument of which the trigamma function is a positive value, by Newton's method (Smyth 2004, appendix).
  public static func inverseDerivative(_ value: Double) -> Double {
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

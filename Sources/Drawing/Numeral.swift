import Basics
import Foundation
import LinearAlgebra

/// Numbers as the report writes them.
public enum Numeral {
  /// 1234567 → 1,234,567.
  public static func count(_ value: Int) -> String { value.grouped.replacing("-", with: "−") }

  /// In percent with one decimal, more where the share is small; a dash where there is none.
  public static func share(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let percent = 100 * value
    return signed(String(format: percent != 0 && abs(percent) < 0.1 ? "%.3f" : "%.1f", percent)) + " %"
  }

  /// In percent without decimals, for the ticks of an axis.
  public static func tick(_ value: Double) -> String { signed(String(format: "%.4g", 100 * value)) + " %" }

  /// The number without decimals; a dash for what is no number or beyond counting.
  public static func whole(_ value: Double) -> String {
    value.isFinite && abs(value) < 1e15 ? count(Int(value.rounded())) : "–"
  }

  /// For the ticks of a logarithmic axis: as few digits as say it.
  public static func roundTick(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return number(value) }
    if value < 1e5, value > 0.00099 { return String(format: "%.5g", value) }
    let exponent = floor(log10(value) + 1e-9)
    let factor = (value / pow(10, exponent)).rounded()
    return (factor == 1 ? "" : String(format: "%.0f·", factor)) + "10" + raised(Int(exponent))
  }

  /// For the ticks of any axis: as few of six digits as say it; a dash for what is no number.
  public static func plain(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = abs(value)
    if size == 0 { return "0" }
    // Ticks are multiples of a step, and may be a rounding error beside a power of ten.
    let exponent = floor(log10(size) + 1e-9)
    if exponent >= -3, exponent < 6 { return signed(String(format: "%.6g", value)) }
    let factor = String(format: "%.4g", size / pow(10, exponent))
    return (value < 0 ? "−" : "") + (factor == "1" ? "" : factor + "·") + "10" + raised(Int(exponent))
  }

  /// The number with three significant digits or so; a dash for what is no number.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = abs(value)
    if size != 0, size < 0.001 || size >= 1e6 { return power(value) }
    // Beyond four digits a reader counts them.
    if size >= 9999.5 { return whole(value) }
    return signed(String(format: size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value))
  }

  /// A probability of chance: what is below a thousandth as a power of ten.
  public static func chance(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value <= 0 { return "0" }
    return value < 0.001 ? power(value) : String(format: "%.3f", value)
  }

  /// The same of a probability by so many draws of its null; nil: the number of draws is not known.
  public static func chance(_ value: Double, of draws: Double?) -> String { bound(value, of: draws) + chance(value) }

  /// What stands before such a probability, or a number that grows with it: "≤ " where it is the least that the draws
  /// can give.
  public static func bound(_ value: Double, of draws: Double?) -> String {
    let count = draws.flatMap { $0.isFinite && abs($0) < 1e12 ? Int($0) : nil } ?? 0
    return PermutationProbability(value: value, of: count)?.sign ?? ""
  }

  /// `count noun`, with an s where there are several.
  public static func items(_ value: Int, _ noun: String, _ plural: String? = nil) -> String {
    count(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
  }

  private static func power(_ value: Double) -> String {
    let exponent = Int(floor(log10(abs(value))))
    let factor = signed(String(format: "%.1f", value / pow(10, Double(exponent))))
    return "\(factor)·10\(raised(exponent))"
  }

  private static func raised(_ exponent: Int) -> String {
    let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    let magnitude = String(exponent.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } }.joined()
    return (exponent < 0 ? "⁻" : "") + magnitude
  }

  private static func signed(_ digits: String) -> String { digits.replacing("-", with: "−") }
}

extension String {
  /// This text cut to `limit` characters.
  public func cut(_ limit: Int) -> String { count > limit ? prefix(limit - 1) + "…" : self }
}

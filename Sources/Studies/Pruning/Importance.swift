import Perturbations
import Transformer

/// How much a unit matters to a text, by what it does there (Pochinkov and Schoots 2024, arXiv 2403.01267).
enum Importance: String, CaseIterable, Sendable {
  /// The mean magnitude.
  case abs
  /// The mean root of the magnitude.
  case sqrt
  /// The standard deviation.
  case std
  /// The root of the mean square.
  case rms
  /// The share of positions at which the unit is above 0.
  case freq

  /// What is added to the importance for the text to keep, so that units that it does not use do not score without
  /// bound.
  static func epsilon(_ site: Site) -> Double { site == .attentionOutput ? 1e-4 : 1e-3 }

  /// The importance of every unit, `[layer · width + unit]`.
  ///
  /// With the quirks of the paper's code a deviation is the sample variance, without a root, and the root mean square
  /// is that of the mean and this variance.
  func values(_ statistics: UnitStatistics, quirks: Bool) -> [Double] {
    guard quirks, self == .std || self == .rms else {
      return switch self {
      case .abs: statistics.values(.abs)
      case .sqrt: statistics.values(.sqrt)
      case .std: statistics.values(.std)
      case .rms: statistics.values(.rms)
      case .freq: statistics.values(.freq)
      }
    }
    let n = Double(statistics.count)
    let variances = statistics.values(.std).map { $0 * $0 * n / max(n - 1, 1) }
    guard self == .rms else { return variances }
    return zip(variances, statistics.values(.mean)).map { ($0 * $0 + $1 * $1).squareRoot() }
  }

  /// The score of every unit: its importance for the text to forget over that for the text to keep.
  func scores(_ site: Site, forget: UnitStatistics, retain: UnitStatistics, quirks: Bool) -> [Double] {
    zip(values(forget, quirks: quirks), values(retain, quirks: quirks)).map { $0 / ($1 + Importance.epsilon(site)) }
  }
}

import Statistics

/// How far two screens give the same verdict on the same mutation and input.
public struct VerdictAgreement: Equatable, Sendable {
  /// Verdicts that are non-silent in both.
  public internal(set) var both = 0
  /// Verdicts that are non-silent in the first alone.
  public internal(set) var onlyFirst = 0
  /// Verdicts that are non-silent in the second alone.
  public internal(set) var onlySecond = 0
  /// Verdicts that are silent in both.
  public internal(set) var neither = 0
  /// Of those that are non-silent in both, the ones whose mutants say the same; nil where texts cannot be compared.
  public internal(set) var sameTexts: Proportion?
  /// Of the inputs, those on which both baselines say the same; nil where texts cannot be compared.
  public internal(set) var sameBaselines: Proportion?

  /// Begins with no verdicts.
  init() {}

  /// The verdicts that were compared.
  public var count: Int { both + onlyFirst + onlySecond + neither }

  /// The verdicts that agree.
  public var agreeing: Proportion { Proportion(count: both + neither, total: count) }

  /// How much of the agreement that shares alone do not make is there: Cohen's κ (1960, Educ. Psychol. Meas. 20,
  /// 37–46); not a number where all verdicts of both screens are the same.
  public var kappa: Double {
    let all = Double(count)
    let (first, second) = (Double(both + onlyFirst) / all, Double(both + onlySecond) / all)
    let expected = first * second + (1 - first) * (1 - second)
    return expected < 1 ? (agreeing.share - expected) / (1 - expected) : .nan
  }

  /// Takes in a verdict of each screen on the same mutation and input.
  mutating func add(_ first: Bool, _ second: Bool) {
    switch (first, second) {
    case (true, true): both += 1
    case (true, false): onlyFirst += 1
    case (false, true): onlySecond += 1
    case (false, false): neither += 1
    }
  }

  /// The screens the other way round.
  var mirrored: VerdictAgreement {
    var other = self
    (other.onlyFirst, other.onlySecond) = (onlySecond, onlyFirst)
    return other
  }
}

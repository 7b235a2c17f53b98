/// What of a unit's pooled activation is compared between conditions.
public enum AnswerMode: String, CaseIterable, Sendable {
  /// The activation itself.
  case signed
  /// Its magnitude.
  case absolute

  /// What is compared of an activation.
  func value(_ activation: Double) -> Double { self == .signed ? activation : abs(activation) }

  /// What it is, in words.
  var meaning: String { self == .signed ? "the activation" : "the magnitude of the activation" }
}

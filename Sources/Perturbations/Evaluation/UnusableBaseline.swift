/// A baseline that mutants cannot be compared with.
public struct UnusableBaseline: Error, Codable, CustomStringConvertible, Sendable {
  /// Number of the input.
  public let input: Int
  /// The step at which it is unusable.
  public let step: Int
  /// How clearly the token of the step was chosen where the whole sequence gives another one than generating it; nil
  /// where scores of the step are not finite numbers.
  public let margin: Float?

  /// Whether all scores there are finite numbers.
  public var areScoresNumbers: Bool { margin != nil }

  public var description: String { sentence(naming: "\(input)") }

  /// What is wrong, with a name for the input.
  public func sentence(naming name: String) -> String {
    guard let margin else {
      return "cannot screen input \(name): the model's scores at step \(step) are not numbers"
    }
    return
      "cannot screen input \(name): its baseline continuation comes out otherwise when it is run as a whole, at step "
      + "\(step) (margin \(margin)); leave the input out or shorten the continuation"
  }
}

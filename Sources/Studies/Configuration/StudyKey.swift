/// A key of a study's section of the configuration: its name, what it is by default, and what it means.
public struct StudyKey: Equatable, Sendable {
  /// The key.
  public let name: String
  /// What stands behind it in a template, in YAML: the default, or an example where there is none.
  public let example: String
  /// Whether the key must be there.
  public let isRequired: Bool
  /// What it means, in a few words.
  public let meaning: String

  /// A key that may be left out, with its default.
  public init(_ name: String, usual: String, _ meaning: String) {
    (self.name, example, isRequired, self.meaning) = (name, usual, false, meaning)
  }

  /// A key that must be there, with an example.
  public init(_ name: String, required example: String, _ meaning: String) {
    (self.name, self.example, isRequired, self.meaning) = (name, example, true, meaning)
  }
}

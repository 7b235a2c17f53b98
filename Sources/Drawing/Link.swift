/// What a click on the page opens: a thing that the page knows by a key, and its name in words.
public struct Link: Hashable, Sendable {
  /// How the script of the page finds it.
  public let key: String
  /// What the page calls it.
  public let words: String

  /// Takes the key, which is harmless in an attribute, and the name.
  public init(key: String, words: String) {
    self.key = key
    self.words = words
  }
}

import Tokenizers

/// The names of an image classifier's classes in the place of a tokenizer: the token of a class is its number.
public struct ClassVocabulary: Tokenizer {
  /// The names, `[class]`.
  public let names: [String]

  /// Takes the names of all classes.
  public init(_ names: [String]) {
    self.names = names
  }

  /// The number of classes.
  public var vocabularyCount: Int { names.count }
  /// No class stands in front of an image.
  public var beginToken: Int32? { nil }

  /// The first class of that name; none where no class has it.
  public func encode(_ text: String) -> [Int32] { names.firstIndex(of: text).map { [Int32($0)] } ?? [] }

  /// The names of classes.
  public func decode(_ tokens: [Int32]) -> String { tokens.compactMap(token).joined(separator: ", ") }

  /// The bytes of a class's name.
  public func bytes(of token: Int32) -> [UInt8] { self.token(token).map { Array($0.utf8) } ?? [] }

  /// The name of a class; nil where there is none of that number.
  public func token(_ id: Int32) -> String? { names.indices.contains(Int(id)) ? names[Int(id)] : nil }
}

import Basics
import StrictJSON

/// The tokens of a GGUF file, with what each is for; checked.
struct GGUFTokens: Sendable {
  /// What a token is for; the numbers are those of the file.
  enum Kind: Int32 {
    case undefined = 0
    case normal = 1
    case unknown = 2
    /// A mark such as `<s>`.
    case control = 3
    /// A spelling that is found in every text as it stands.
    case userDefined = 4
    case unused = 5
    /// One of the 256 bytes.
    case byte = 6

    /// Whether the token is found in a text before anything is merged.
    var isFound: Bool { self == .control || self == .userDefined || self == .unknown }
  }

  private static let lengthLimit = 1024

  /// The spellings by identifier; empty ones are in no text.
  let spellings: [[UInt8]]
  let kinds: [Kind]
  let vocabulary: Vocabulary

  /// Checks the spellings and the types of `file`; without types every token is a normal one.
  init(_ file: GGUFVocabulary) throws {
    spellings = file.tokens
    guard (1...TokenIdentifier.limit).contains(spellings.count) else {
      throw file.refusal(
        "tokens", "has \(spellings.count) tokens, outside 1...\(TokenIdentifier.limit); fetch the file again")
    }
    for (id, spelling) in spellings.enumerated() {
      guard spelling.count <= Self.lengthLimit else {
        throw file.refusal(
          "tokens", "has \(spelling.count) bytes at \(id), over \(Self.lengthLimit); fetch the file again")
      }
      guard String(validating: spelling, as: UTF8.self) != nil else {
        throw file.refusal("tokens", "is not UTF-8 at \(id); fetch the file again")
      }
    }
    kinds = try Self.kinds(file)
    vocabulary = Vocabulary(spellings)
    for (id, spelling) in spellings.enumerated() where !spelling.isEmpty {
      guard let last = vocabulary.id(ByteString(spelling)), last != id else { continue }
      throw file.refusal("tokens", "has \(spelling.text.quoted) at \(id) and at \(last); fetch the file again")
    }
  }

  private static func kinds(_ file: GGUFVocabulary) throws -> [Kind] {
    guard let types = file.types else { return Array(repeating: .normal, count: file.tokens.count) }
    try file.checkCount(types.count, "token_type")
    return try types.enumerated().map { id, type in
      guard let kind = Kind(rawValue: type) else {
        throw file.refusal("token_type", "is \(type) at \(id), which is none; fetch the file again")
      }
      return kind
    }
  }

  /// The kind of a token; nil outside the vocabulary.
  func kind(of token: Int32) -> Kind? { kinds.indices.contains(Int(token)) ? kinds[Int(token)] : nil }

  /// The first token of a kind.
  func first(_ kind: Kind) -> Int32? { kinds.firstIndex(of: kind).map { Int32($0) } }
}

extension GGUFVocabulary {
  /// Refuses a list that has not one element for each token.
  func checkCount(_ count: Int, _ key: String) throws {
    guard count == tokens.count else {
      throw refusal(key, "has \(count) elements where there are \(tokens.count) tokens; fetch the file again")
    }
  }

  /// Returns the identifier `id`, the value of a key, as one of the vocabulary's.
  func token(_ id: Int, _ key: String) throws -> Int32 {
    guard tokens.indices.contains(id) else {
      throw refusal(key, "is \(id), but the tokens are 0..<\(tokens.count); fetch the file again")
    }
    return Int32(id)
  }
}

/// A token that is found in the text as it stands, before any word is cut: one of `added_tokens` of a tokenizer.json.
struct AddedToken: Equatable, Sendable {
  private static let lengthLimit = 1024

  let content: String
  /// Whether it is found only between characters that make no words.
  private(set) var isSingleWord = false
  /// Whether it takes the white space before it along.
  private(set) var stripsLeft = false
  /// Whether it takes the white space behind it along.
  private(set) var stripsRight = false
  /// Whether it is looked for after normalization, in its normalized spelling.
  private(set) var isNormalized: Bool
  /// Whether decoding skips it.
  var isSpecial: Bool

  /// Makes a token that is found wherever its content stands.
  init(_ content: String, isSpecial: Bool) {
    self.content = content
    self.isSpecial = isSpecial
    isNormalized = !isSpecial
  }

  /// Reads a token with its properties; `isSpecial` overrides the member `special`.
  init(_ node: JSONNode, isSpecial: Bool? = nil) throws {
    content = try node.text("content")
    guard (1...Self.lengthLimit).contains(content.utf8.count) else {
      throw node.refusal("has content of \(content.utf8.count) bytes; 1 to \(Self.lengthLimit) are supported")
    }
    isSingleWord = try node.flag("single_word", default: false)
    stripsLeft = try node.flag("lstrip", default: false)
    stripsRight = try node.flag("rstrip", default: false)
    let special = try isSpecial ?? node.flag("special", default: false)
    self.isSpecial = special
    isNormalized = try node.flag("normalized", default: !special)
  }

  /// Reads a token that may be given by its content alone, and is special then.
  static func named(_ node: JSONNode, isSpecial: Bool? = nil) throws -> AddedToken? {
    if case .object = node.value { return try AddedToken(node, isSpecial: isSpecial) }
    let content = try node.text()
    return content.isEmpty ? nil : AddedToken(content, isSpecial: true)
  }
}

/// The bounds of token identifiers in files.
enum TokenIdentifier {
  /// Far above any vocabulary in use; tables by identifier stay small below it.
  static let limit = 1 << 22

  static func read(_ node: JSONNode) throws -> Int32 {
    try check(try node.integer()) { node.refusal("is \($0)") }
  }

  static func check(_ id: Int, _ refusal: (String) -> TokenizerError) throws -> Int32 {
    guard (0..<limit).contains(id) else { throw refusal("\(id), outside 0..<\(limit); fetch the file again") }
    return Int32(id)
  }
}

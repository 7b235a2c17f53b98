/// A token that is found in the text as it stands, before any word is cut: one of `added_tokens` of a tokenizer.json.
struct AddedToken: Sendable {
  private static let lengthLimit = 1024

  let id: Int32
  let content: String
  /// Whether it is found only between characters that make no words.
  let isSingleWord: Bool
  /// Whether it takes the white space before it along.
  let stripsLeft: Bool
  /// Whether it takes the white space behind it along.
  let stripsRight: Bool
  /// Whether it is looked for after normalization, in its normalized spelling.
  let isNormalized: Bool
  /// Whether decoding skips it.
  let isSpecial: Bool

  init(_ node: JSONNode) throws {
    id = try TokenIdentifier.read(node.required("id"))
    content = try node.text("content")
    guard (1...Self.lengthLimit).contains(content.utf8.count) else {
      throw node.refusal("has content of \(content.utf8.count) bytes; 1 to \(Self.lengthLimit) are supported")
    }
    isSingleWord = try node.flag("single_word", default: false)
    stripsLeft = try node.flag("lstrip", default: false)
    stripsRight = try node.flag("rstrip", default: false)
    isSpecial = try node.flag("special", default: false)
    isNormalized = try node.flag("normalized", default: !isSpecial)
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

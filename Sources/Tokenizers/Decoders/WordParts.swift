/// Joins words and the parts that go on with them: the decoder 'WordPiece'.
struct WordParts: Sendable {
  private let prefix: [UInt8]
  private let cleansUp: Bool

  init(_ node: JSONNode) throws {
    prefix = Array((try node.member("prefix")?.text() ?? "##").utf8)
    cleansUp = try node.flag("cleanup", default: true)
  }

  func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
    var text = token
    if !isFirst {
      text = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [UInt8(ascii: " ")] + token
    }
    return cleansUp ? Self.cleanedUp(text) : text
  }

  /// Takes out the spaces that stand before English punctuation and shortened words in such vocabularies.
  static func cleanedUp(_ text: [UInt8]) -> [UInt8] {
    let replacements = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
      (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    return replacements.reduce(text) { $0.replacing(Array($1.0.utf8), with: Array($1.1.utf8)) }
  }
}

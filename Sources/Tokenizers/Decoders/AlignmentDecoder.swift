/// Joins the tokens of a model that aligns text with sound (connectionist temporal classification): the decoder 'CTC'.
struct AlignmentDecoder: Sendable {
  private let pad: [UInt8]
  private let delimiter: [UInt8]
  private let cleansUp: Bool

  init(_ node: JSONNode) throws {
    pad = Array((try node.member("pad_token")?.text() ?? "<pad>").utf8)
    delimiter = Array((try node.member("word_delimiter_token")?.text() ?? "|").utf8)
    cleansUp = try node.flag("cleanup", default: true)
  }

  /// Returns the texts of tokens, of which several in a row that are equal count once.
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var previous: [UInt8]?
    var texts: [[UInt8]] = []
    for token in tokens where token != previous {
      previous = token
      let text = decode(token)
      if !text.isEmpty { texts.append(text) }
    }
    return texts
  }

  func decode(_ token: [UInt8]) -> [UInt8] {
    let text = token.replacing(pad, with: [])
    return cleansUp ? WordParts.cleanedUp(text).replacing(delimiter, with: [UInt8(ascii: " ")]) : text
  }
}

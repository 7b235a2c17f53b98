/// Marks spaces with a visible character (`▁`) as SentencePiece does: the pre-tokenizer and decoder of that name.
struct Metaspace: Sendable {
  /// Where a mark is put in front of text that has none.
  enum PrependScheme: String, Sendable {
    case always
    /// Only where the whole text begins, not behind an added token.
    case first
    case never
  }

  private let replacement: [UInt8]
  private let prependScheme: PrependScheme
  private let splits: Bool

  init(_ node: JSONNode) throws {
    let replacement = try node.text("replacement")
    guard replacement.unicodeScalars.count == 1 else {
      throw node.refusal("has the replacement \(quoted(replacement)); only one character is possible")
    }
    self.replacement = Array(replacement.utf8)
    splits = try node.flag("split", default: true)
    // Older files say add_prefix_space where newer ones say prepend_scheme.
    let addsSpace = try node.flag("add_prefix_space", default: true)
    let schemeNode = try node.member("prepend_scheme")
    let name = try schemeNode?.text() ?? (addsSpace ? "always" : "never")
    guard let scheme = PrependScheme(rawValue: name) else {
      throw node.refusal("has the prepend_scheme \(quoted(name)); use always, first or never")
    }
    guard addsSpace || scheme == .never else {
      throw node.refusal("has prepend_scheme \(quoted(name)) but add_prefix_space false; remove one of them")
    }
    prependScheme = scheme
  }

  // MARK: Encoding

  /// Returns `text` with spaces marked, cut before every mark if the file says so.
  func words(of text: [UInt8], isStart: Bool) -> [ArraySlice<UInt8>] {
    var marked = text.replacing([UInt8(ascii: " ")], with: replacement)
    let prepends = prependScheme == .always || (prependScheme == .first && isStart)
    if prepends, !marked.starts(with: replacement) { marked = replacement + marked }
    return splits ? cut(marked) : [marked[...]]
  }

  private func cut(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var words: [ArraySlice<UInt8>] = []
    var start = 0
    for index in text.indices.dropFirst() where text[index...].starts(with: replacement) {
      words.append(text[start..<index])
      start = index
    }
    words.append(text[start...])
    return words
  }

  // MARK: Decoding

  /// Returns the texts of tokens with marks turned back into spaces.
  ///
  /// As Hugging Face tokenizers do, all marks of the first token are dropped, unless the scheme is `never`.
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { decode($1, isFirst: $0 == 0) }
  }

  /// The same for one token.
  func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
    token.replacing(replacement, with: isFirst && prependScheme != .never ? [] : [UInt8(ascii: " ")])
  }
}

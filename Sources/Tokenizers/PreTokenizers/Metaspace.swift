import Basics

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
    replacement = Array(String(try node.scalar("replacement")).utf8)
    splits = try node.flag("split", default: true)
    // Older files say add_prefix_space where newer ones say prepend_scheme.
    let addsSpace = try node.flag("add_prefix_space", default: true)
    let schemeNode = try node.member("prepend_scheme")
    let name = try schemeNode?.text() ?? (addsSpace ? "always" : "never")
    guard let scheme = PrependScheme(rawValue: name) else {
      throw node.refusal("has the prepend_scheme \(name.quoted); use always, first or never")
    }
    guard addsSpace || scheme == .never else {
      throw node.refusal("has prepend_scheme \(name.quoted) but add_prefix_space false; remove one of them")
    }
    prependScheme = scheme
  }

  // MARK: Encoding

  /// Marks the spaces of `text` and cuts its words before every mark if the file says so.
  func cut(_ text: inout CutText, isStart: Bool) {
    text.rewrite { word, isFirst, result in
      let marked = Array(word).replacing([UInt8(ascii: " ")], with: replacement)
      let prepends = prependScheme == .always || (prependScheme == .first && isStart && isFirst)
      if prepends, !marked.starts(with: replacement) { result += replacement }
      result += marked
    }
    if splits { text.cut(marks) }
  }

  private func marks(in word: ArraySlice<UInt8>) -> [Range<Int>] {
    let starts = [word.startIndex] + word.ranges(ofBytes: replacement).map(\.lowerBound)
    return zip(starts, starts.dropFirst() + [word.endIndex]).map { $0..<$1 }
  }

  // MARK: Decoding

  /// Puts spaces for the replacement character; the first token of a text loses its leading one.
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { decode($1, isFirst: $0 == 0) }
  }

  /// Puts spaces for the replacement character in one token.
  func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
    token.replacing(replacement, with: isFirst && prependScheme != .never ? [] : [UInt8(ascii: " ")])
  }
}

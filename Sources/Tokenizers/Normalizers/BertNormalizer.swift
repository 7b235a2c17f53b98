/// The preparation of text for models like BERT: `BertNormalizer` of a tokenizer.json.
struct BertNormalizer: Sendable {
  private let cleansText: Bool
  private let spacesIdeographs: Bool
  private let stripsAccents: Bool
  private let lowercases: Bool

  init(_ node: JSONNode) throws {
    cleansText = try node.flag("clean_text", default: true)
    spacesIdeographs = try node.flag("handle_chinese_chars", default: true)
    lowercases = try node.flag("lowercase", default: true)
    stripsAccents = try node.flag("strip_accents", default: lowercases)
  }

  func apply(to text: [UInt8]) -> [UInt8] {
    var text = text
    if cleansText { text = text.mapScalars(Self.clean) }
    if spacesIdeographs { text = Self.spaced(text) }
    if stripsAccents {
      text = NormalForm.nfd.apply(to: text).mapScalars { $0.isNonspacingMark ? nil : $0 }
    }
    return lowercases ? Normalizer.lowercased(text) : text
  }

  /// White space becomes a space, but other controls are dropped, even those that are white space.
  private static func clean(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    if ["\t", "\n", "\r"].contains(scalar) { return " " }
    if scalar == "\u{FFFD}" || scalar.isControl { return nil }
    return scalar.isWhiteSpace ? " " : scalar
  }

  private static func spaced(_ text: [UInt8]) -> [UInt8] {
    var result = String.UnicodeScalarView()
    for scalar in text.text.unicodeScalars {
      result.append(contentsOf: isIdeograph(scalar) ? [" ", scalar, " "] : [scalar])
    }
    return Array(String(result).utf8)
  }

  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}

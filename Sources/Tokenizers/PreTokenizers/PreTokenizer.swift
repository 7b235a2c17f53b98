/// Cuts normalized text into the words within which tokens are merged: `pre_tokenizer` of a tokenizer.json.
struct PreTokenizer: Sendable {
  private enum Step {
    case split(Pattern, SplitBehavior, isInverted: Bool)
    case byteLevel(addsSpace: Bool, pattern: Pattern?)
    case metaspace(Metaspace)
    case digits(SplitBehavior)
    case punctuation(SplitBehavior)
    case words
    case whiteSpace
    case delimiter(Unicode.Scalar)
    case bert
    case fixedLength(Int)
    case unicodeScripts(UnicodeScripts)
  }

  /// The expression of GPT-2, which 'ByteLevel' brings along.
  static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  private static let supported =
    "Sequence, Split, Digits, ByteLevel, Metaspace, Whitespace, WhitespaceSplit, Punctuation, CharDelimiterSplit, "
    + "UnicodeScripts, BertPreTokenizer and FixedLength are"

  private let steps: [Step]

  /// Reads the member `pre_tokenizer`; without one a text is one word.
  init(_ node: JSONNode?) throws {
    steps = try node.map { try Self.steps($0) } ?? []
    let growth = steps.map { step in
      switch step {
      case .byteLevel: 2
      case .metaspace: 4
      default: 1
      }
    }
    if let node { try Replacement.check(growth, at: node) }
  }

  /// Cuts by these expressions, each within the words of the one before, and spells words in the byte-level alphabet.
  ///
  /// Throws an `ExpressionFailure`.
  init(bytesOfWordsBy expressions: [String]) throws {
    steps =
      try expressions.map { .split(.expression(try Expression($0)), .isolated, isInverted: false) }
      + [.byteLevel(addsSpace: false, pattern: nil)]
  }

  /// Returns the words of `text`; `isStart` says that the text begins where the whole text begins.
  ///
  /// Throws an `ExpressionFailure`.
  func words(of text: [UInt8], isStart: Bool) throws -> [ArraySlice<UInt8>] {
    var cut = CutText(text)
    for step in steps { try Self.apply(step, to: &cut, isStart: isStart) }
    return cut.words
  }

  // MARK: Reading

  private static func steps(_ node: JSONNode) throws -> [Step] {
    switch try node.type() {
    case "Sequence": return try node.required("pretokenizers").list().flatMap { try steps($0) }
    case "Split":
      return [.split(try Pattern(node), try SplitBehavior(node), isInverted: try node.flag("invert", default: false))]
    case "Digits":
      return [.digits(try node.flag("individual_digits", default: false) ? .isolated : .contiguous)]
    case "ByteLevel":
      let usesPattern = try node.flag("use_regex", default: true)
      let addsSpace = try node.flag("add_prefix_space", default: true)
      return [.byteLevel(addsSpace: addsSpace, pattern: usesPattern ? .expression(try Expression(gpt2)) : nil)]
    case "Metaspace": return [.metaspace(try Metaspace(node))]
    case "Whitespace": return [.words]
    case "WhitespaceSplit": return [.whiteSpace]
    case "Punctuation": return [.punctuation(try SplitBehavior(node, default: .isolated))]
    case "CharDelimiterSplit": return [.delimiter(try node.scalar("delimiter"))]
    case "UnicodeScripts": return [.unicodeScripts(UnicodeScripts())]
    case "BertPreTokenizer": return [.bert]
    case "FixedLength":
      let length = try node.member("length")?.integer() ?? 5
      guard length > 0 else { throw node.refusal("has the length \(length); it must be at least 1") }
      return [.fixedLength(length)]
    default: throw node.unsupportedType(supported)
    }
  }

  // MARK: Steps

  private static func apply(_ step: Step, to text: inout CutText, isStart: Bool) throws {
    switch step {
    case .split(let pattern, let behavior, let isInverted):
      try text.cut { word in
        let pieces = try pattern.pieces(of: word)
        guard isInverted else { return behavior.words(of: pieces) }
        return behavior.words(of: pieces.map { .init(range: $0.range, isMatch: !$0.isMatch) })
      }
    case .byteLevel(let addsSpace, let pattern): try spell(&text, addsSpace: addsSpace, pattern)
    case .metaspace(let metaspace): metaspace.cut(&text, isStart: isStart)
    case .digits(let behavior): text.cut(by: behavior) { $0.isNumber }
    case .punctuation(let behavior): text.cut(by: behavior) { $0.isPunctuation }
    case .words: text.cut(wordsAndSigns)
    case .whiteSpace: text.cut(by: .removed) { $0.isWhiteSpace }
    case .delimiter(let delimiter): text.cut(by: .removed) { $0 == delimiter }
    case .bert:
      text.cut(by: .removed) { $0.isWhiteSpace }
      text.cut(by: .isolated) { $0.isPunctuation }
    case .fixedLength(let length): text.cut { chunks(of: $0, length) }
    case .unicodeScripts(let scripts): text.cut(scripts.parts)
    }
  }

  /// Spells words in the byte-level alphabet, cut by `pattern` before.
  private static func spell(_ text: inout CutText, addsSpace: Bool, _ pattern: Pattern?) throws {
    let space = UInt8(ascii: " ")
    if addsSpace {
      text.rewrite { word, _, result in
        if word.first != space { result.append(space) }
        result += word
      }
    }
    if let pattern { try text.cut { SplitBehavior.isolated.words(of: try pattern.pieces(of: $0)) } }
    text.rewrite { word, _, result in ByteLevel.append(word, to: &result) }
  }

  /// Runs of letters and the like, and runs of other signs: `\w+|[^\w\s]+`, without what is between.
  private static func wordsAndSigns(of word: ArraySlice<UInt8>) -> [Range<Int>] {
    enum Kind {
      case word
      case sign
      case space
    }
    var parts: [Range<Int>] = []
    var previous = Kind.space
    var offset = word.startIndex
    for scalar in word.text.unicodeScalars {
      let kind: Kind = scalar.isWordPart ? .word : scalar.isWhiteSpace ? .space : .sign
      let next = offset + UTF8.width(scalar)
      if kind != .space {
        let start = kind == previous ? parts.popLast()?.lowerBound ?? offset : offset
        parts.append(start..<next)
      }
      previous = kind
      offset = next
    }
    return parts
  }

  private static func chunks(of word: ArraySlice<UInt8>, _ length: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = word.startIndex
    var offset = start
    for (index, scalar) in word.text.unicodeScalars.enumerated() {
      if index > 0, index % length == 0 {
        parts.append(start..<offset)
        start = offset
      }
      offset += UTF8.width(scalar)
    }
    return parts + [start..<offset]
  }
}

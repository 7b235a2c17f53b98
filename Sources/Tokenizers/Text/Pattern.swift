import Basics

/// What a tokenizer.json looks for in a text: the member `pattern`, a 'String' or a 'Regex'.
enum Pattern: Sendable {
  case string([UInt8])
  case expression(Expression)

  /// Reads the member `pattern` of `node`.
  init(_ node: JSONNode) throws {
    let pattern = try node.required("pattern")
    if let text = pattern.value.string {
      self = .string(Array(text.utf8))
    } else if let text = try pattern.member("String") {
      self = .string(Array(try text.text().utf8))
    } else if let expression = try pattern.member("Regex") {
      self = try Pattern.expression(of: expression)
    } else {
      throw pattern.refusal("is neither a 'String' nor a 'Regex'; only these are supported")
    }
  }

  private static func expression(of node: JSONNode) throws -> Pattern {
    let text = try node.text()
    do {
      return .expression(try Expression(text))
    } catch let failure as ExpressionFailure {
      throw node.refusal("is \(text.quoted(limit: 400)), which is no regular expression: \(failure)")
    }
  }

  /// The smallest number of bytes that a match has; 0 for an expression, which may match nothing.
  var leastLength: Int { if case .string(let text) = self { text.count } else { 0 } }

  /// Returns the ranges of all matches in `text`, from the left and without overlap.
  func matches(in text: ArraySlice<UInt8>) throws -> [Range<Int>] {
    switch self {
    case .string(let pattern): return text.ranges(ofBytes: pattern)
    case .expression(let expression): return try expression.matches(in: text)
    }
  }

  /// Returns matches and what is between them, from one end of `text` to the other.
  func pieces(of text: ArraySlice<UInt8>) throws -> [SplitBehavior.Piece] {
    var pieces: [SplitBehavior.Piece] = []
    var end = text.startIndex
    for match in try matches(in: text) {
      if end < match.lowerBound { pieces.append(.init(range: end..<match.lowerBound, isMatch: false)) }
      pieces.append(.init(range: match, isMatch: true))
      end = match.upperBound
    }
    if end < text.endIndex { pieces.append(.init(range: end..<text.endIndex, isMatch: false)) }
    return pieces
  }
}

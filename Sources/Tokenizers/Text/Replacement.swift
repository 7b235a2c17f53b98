/// What a 'Replace' of a tokenizer.json replaces, and by what.
struct Replacement: Sendable {
  /// How many times longer one step may make a text, and all together; normal forms alone make it 11 times longer each.
  private static let growthLimit = (ofStep: 1024, ofAll: 1 << 14)

  private let pattern: Pattern
  private let content: [UInt8]

  /// How many times longer it can make a text, at least 1.
  var growth: Int { 1 + content.count / max(pattern.leastLength, 1) }

  init(_ node: JSONNode) throws {
    pattern = try Pattern(node)
    content = Array(try node.text("content").utf8)
  }

  /// Returns `text` with all matches replaced; throws an `ExpressionFailure`.
  func apply(to text: [UInt8]) throws -> [UInt8] {
    let matches = try pattern.matches(in: text[...])
    guard !matches.isEmpty else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var end = 0
    for match in matches {
      result += text[end..<match.lowerBound]
      result += content
      end = match.upperBound
    }
    return result + text[end...]
  }

  /// Refuses steps that together could make a text absurdly long.
  static func check(_ growth: [Int], at node: JSONNode) throws {
    var product = 1
    for factor in growth {
      let (next, overflows) = product.multipliedReportingOverflow(by: factor)
      guard !overflows, factor <= growthLimit.ofStep, next <= growthLimit.ofAll else {
        throw node.refusal("could make a text over \(growthLimit.ofStep) times longer; remove steps")
      }
      product = next
    }
  }
}

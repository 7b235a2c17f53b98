/// What a 'Replace' of a tokenizer.json replaces, and by what.
struct StringReplacement: Sendable {
  private static let growthLimit = 1024

  private let pattern: [UInt8]
  private let content: [UInt8]

  /// How many times longer it can make a text, at least 1.
  var growth: Int { 1 + content.count / pattern.count }

  init(_ node: JSONNode) throws {
    let patternNode = try node.required("pattern")
    guard let text = try patternNode.member("String")?.text(), !text.isEmpty else {
      throw patternNode.refusal("is not a 'String' with text; other patterns are not supported")
    }
    pattern = Array(text.utf8)
    content = Array(try node.text("content").utf8)
  }

  func apply(to text: [UInt8]) -> [UInt8] { text.replacing(pattern, with: content) }

  /// Refuses steps that together could make a text absurdly long.
  static func check(_ growth: [Int], at node: JSONNode) throws {
    var product = 1
    for factor in growth {
      let (next, overflows) = product.multipliedReportingOverflow(by: factor)
      guard !overflows, next <= growthLimit else {
        throw node.refusal("could make a text over \(growthLimit) times longer; remove steps")
      }
      product = next
    }
  }
}

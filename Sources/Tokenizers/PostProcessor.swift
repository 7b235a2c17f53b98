/// Adds special tokens around a text: `post_processor` of a tokenizer.json.
struct PostProcessor: Sendable {
  private(set) var prefix: [Int32] = []
  private(set) var suffix: [Int32] = []

  init(prefix: [Int32], suffix: [Int32]) {
    self.prefix = prefix
    self.suffix = suffix
  }

  /// Reads the member `post_processor`.
  init(_ node: JSONNode, vocabulary: Vocabulary) throws {
    switch try node.type() {
    case "Sequence":
      for step in try node.required("processors").list() {
        let inner = try PostProcessor(step, vocabulary: vocabulary)
        prefix = inner.prefix + prefix
        suffix += inner.suffix
      }
    case "TemplateProcessing":
      try readTemplate(node, vocabulary)
    case "ByteLevel":
      // It changes where tokens are said to lie in the text, not the tokens.
      break
    default:
      throw node.unsupportedType("Sequence, TemplateProcessing and ByteLevel are")
    }
  }

  private mutating func readTemplate(_ node: JSONNode, _ vocabulary: Vocabulary) throws {
    let specialTokens = try node.required("special_tokens")
    var textCount = 0
    for piece in try node.required("single").list() {
      if let special = try piece.member("SpecialToken") {
        let entry = try specialTokens.required(try special.text("id"))
        for idNode in try entry.required("ids").list() {
          let id = try TokenIdentifier.read(idNode)
          guard vocabulary.token(id) != nil else { throw idNode.refusal("is \(id), which no token has") }
          if textCount == 0 { prefix.append(id) } else { suffix.append(id) }
        }
      } else if try piece.required("Sequence").text("id") == "A" {
        textCount += 1
      }
    }
    guard textCount == 1 else {
      throw node.refusal("has the text \(textCount) times in its member 'single'; it must be there once")
    }
  }
}

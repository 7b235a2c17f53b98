import Basics

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
    case "BertProcessing", "RobertaProcessing":
      prefix = [try Self.token(node.required("cls"), vocabulary)]
      suffix = [try Self.token(node.required("sep"), vocabulary)]
    case "ByteLevel":
      // It changes where tokens are said to lie in the text, not the tokens.
      break
    default:
      throw node.unsupportedType("Sequence, TemplateProcessing, BertProcessing, RobertaProcessing and ByteLevel are")
    }
  }

  /// Reads what tokenizer_config.json says: `add_bos_token` and `add_eos_token`.
  init(_ settings: TokenizerSettings, _ vocabulary: Vocabulary) throws {
    func tokens(_ flag: String, _ name: String) throws -> [Int32] {
      guard try settings.flag(flag), let content = try settings.content(of: name) else { return [] }
      guard let id = vocabulary.id(content) else {
        throw TokenizerError(file: settings.path, "\(name) is \(content.quoted), which the vocabulary beside it lacks")
      }
      return [id]
    }
    prefix = try tokens("add_bos_token", "bos_token")
    suffix = try tokens("add_eos_token", "eos_token")
  }

  /// Reads a pair of a token and its identifier.
  private static func token(_ node: JSONNode, _ vocabulary: Vocabulary) throws -> Int32 {
    let pair = try node.list()
    guard pair.count == 2 else { throw node.refusal("is no pair of a token and its number") }
    let id = try TokenIdentifier.read(pair[1])
    guard vocabulary.token(id) != nil else { throw pair[1].refusal("is \(id), which no token has") }
    return id
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

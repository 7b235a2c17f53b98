import Basics
import Foundation
import StrictJSON

/// What the files beside a tokenizer say: tokenizer_config.json and, from before it held everything,
/// special_tokens_map.json and added_tokens.json.
struct TokenizerSettings {
  private static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]
  private static let usualNames = ["bos_token", "eos_token", "unk_token"]
  private static let lists = ["extra_special_tokens", "additional_special_tokens"]

  /// The path of tokenizer_config.json, which need not be there.
  let path: String
  private let configuration: JSONNode?
  private let specialTokens: JSONNode?
  private let addedContents: JSONNode?
  /// The token that begins, ends and stands for the unknown where no file names others.
  private let usualToken: String?

  /// Whether tokenizer_config.json holds the added tokens, which makes the older files idle.
  let isComplete: Bool

  /// Whether a tokenizer_config.json is there.
  var isThere: Bool { configuration != nil }

  /// Reads the files of `folder` that are there.
  init(folder: String, usualToken: String? = nil) throws {
    self.usualToken = usualToken
    func node(_ name: String) throws -> JSONNode? {
      let path = folder + "/" + name
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      return try JSONNode.read(try ForeignFile.content(of: path), file: path)
    }
    path = folder + "/tokenizer_config.json"
    configuration = try node("tokenizer_config.json")
    isComplete = try configuration?.member("added_tokens_decoder") != nil
    specialTokens = isComplete ? nil : try node("special_tokens_map.json")
    addedContents = isComplete ? nil : try node("added_tokens.json")
  }

  // MARK: Flags and names

  /// Whether the class that the settings name leaves out the `post_processor` of a tokenizer.json, as GPT-NeoX's does
  /// in transformers 5.
  func leavesOutPostProcessor() throws -> Bool {
    let name = try configuration?.member("tokenizer_class")?.value.string
    return ["GPTNeoXTokenizer", "GPTNeoXTokenizerFast"].contains(name)
  }

  func flag(_ name: String) throws -> Bool { try configuration?.flag(name, default: false) ?? false }

  func flag(_ name: String, default value: Bool) throws -> Bool {
    try configuration?.flag(name, default: value) ?? value
  }

  /// The content of the token that has this role, such as `bos_token`, or another text.
  func content(of name: String) throws -> String? {
    guard let node = try member(name) else { return Self.usualNames.contains(name) ? usualToken : nil }
    return try AddedToken.named(node)?.content
  }

  /// The member `name` of the files, the older one first, as transformers has it.
  private func member(_ name: String) throws -> JSONNode? {
    try specialTokens?.member(name) ?? configuration?.member(name)
  }

  // MARK: Tokens

  /// The tokens that have a role, and more that are special.
  func namedTokens() throws -> [AddedToken] {
    // In the older file every token is special.
    func token(_ node: JSONNode) throws -> AddedToken? {
      try AddedToken.named(node, isSpecial: node.file == specialTokens?.file ? true : nil)
    }
    var tokens = try Self.names.compactMap { try member($0).flatMap(token) }
    if let usualToken, try Self.usualNames.contains(where: { try member($0) == nil }) {
      tokens.append(AddedToken(usualToken, isSpecial: true))
    }
    var isNamed = false
    for name in Self.lists {
      guard let node = try member(name) else { continue }
      // The second is the older name of the first, and counts only without it.
      defer { isNamed = true }
      if isNamed { break }
      switch node.value {
      case .list: tokens += try node.list().compactMap(token)
      case .object(let members): tokens += try members.compactMap { try token(node.required($0.name.text)) }
      default: throw node.refusal("is no list of tokens")
      }
    }
    return tokens
  }

  /// The tokens that were added to the vocabulary, in the order of their identifiers.
  func addedTokens() throws -> [AddedToken] {
    if let node = try configuration?.member("added_tokens_decoder") {
      let tokens = try node.members().map { member in
        guard let id = Int(member.name.text) else {
          throw node.refusal("has the name \(member.name.text.quoted), which is no whole number")
        }
        return (id, try AddedToken(try node.required(member.name.text)))
      }
      return tokens.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
    guard let addedContents else { return [] }
    let special = Set(try namedTokens().map { ByteString($0.content) })
    let tokens = try addedContents.members().map { member in
      guard case .integer(let id) = member.value else {
        throw addedContents.refusal("gives the token \(member.name.text.quoted) no whole number")
      }
      return (id, AddedToken(member.name.text, isSpecial: special.contains(member.name)))
    }
    return tokens.sorted { $0.0 < $1.0 }.map { $0.1 }.filter { !$0.content.isEmpty }
  }
}

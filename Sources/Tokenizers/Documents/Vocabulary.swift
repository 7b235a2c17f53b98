import Basics
import StrictJSON

/// The tokens of a tokenizer.json: those of the model and the added ones.
struct Vocabulary: Sendable {
  private var ids: [ByteString: Int32] = [:]
  private var spellings: [String?] = []

  /// One more than the largest identifier.
  var count: Int { spellings.count }

  /// Reads the member `model.vocab`: identifiers by tokens, or pairs of a token and a score in the order of
  /// identifiers.
  init(_ node: JSONNode) throws {
    if case .list(let pairs) = node.value {
      try readPairs(pairs, node)
    } else {
      try readMembers(try node.members(), node)
    }
    guard count > 0 else { throw node.refusal("has no tokens; fetch the file again") }
  }

  /// Takes tokens in the order of their identifiers; of equal ones the last is found.
  init(_ tokens: [[UInt8]]) {
    spellings = tokens.map { $0.text }
    for (id, token) in tokens.enumerated() { ids[ByteString(token)] = Int32(id) }
  }

  private mutating func readMembers(_ members: [JSONMember], _ node: JSONNode) throws {
    ids.reserveCapacity(members.count)
    spellings.reserveCapacity(members.count)
    for member in members {
      guard case .integer(let number) = member.value else {
        throw node.refusal("gives the token \(member.name.text.quoted) no whole number")
      }
      let id = try TokenIdentifier.check(number) {
        node.refusal("gives the token \(member.name.text.quoted) the number \($0)")
      }
      if let other = insert(member.name, id) {
        throw node.refusal("gives \(other) to the token \(member.name.text.quoted) too; fetch the file again")
      }
    }
  }

  private mutating func readPairs(_ pairs: [JSONValue], _ node: JSONNode) throws {
    let tokens = try pairs.enumerated().map { index, pair in
      guard case .list(let elements) = pair, case .text(let token) = elements.first else {
        throw node.refusal("has at \(index) something that is no pair of a token and a score; fetch the file again")
      }
      _ = try TokenIdentifier.check(index) { node.refusal("gives a token the number \($0)") }
      return token.bytes
    }
    self = Vocabulary(tokens)
  }

  func id(_ spelling: ByteString) -> Int32? { ids[spelling] }

  func id(_ spelling: String) -> Int32? { ids[ByteString(spelling)] }

  func token(_ id: Int32) -> String? {
    spellings.indices.contains(Int(id)) ? spellings[Int(id)] : nil
  }

  /// All tokens with their identifiers, in no order.
  var all: [ByteString: Int32] { ids }

  /// Adds a token that the model does not have, or finds the model's; refuses one that contradicts it.
  mutating func add(_ content: String, _ id: Int32, at node: JSONNode) throws {
    if let known = self.id(content) {
      guard known == id else {
        throw node.refusal("gives \(content.quoted) the number \(id), but model.vocab gives it \(known)")
      }
    } else if let other = insert(ByteString(content), id) {
      throw node.refusal("gives \(other) to \(content.quoted) too; fetch the file again")
    }
  }

  /// Adds a token behind all others; nil if there is no room.
  mutating func append(_ content: String) -> Int32? {
    guard count < TokenIdentifier.limit else { return nil }
    let id = Int32(count)
    return insert(ByteString(content), id) == nil ? id : nil
  }

  /// Returns nil, or what stands in the way; the spelling is new.
  private mutating func insert(_ spelling: ByteString, _ id: Int32) -> String? {
    if let other = token(id) { return "the number \(id) of \(other.quoted)" }
    while spellings.count <= Int(id) { spellings.append(nil) }
    spellings[Int(id)] = spelling.text
    ids[spelling] = id
    return nil
  }
}

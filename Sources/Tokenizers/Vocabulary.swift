import StrictJSON

/// The tokens of a tokenizer.json: those of the model and the added ones.
struct Vocabulary: Sendable {
  private var ids: [ByteString: Int32] = [:]
  private var spellings: [String?] = []

  /// One more than the largest identifier.
  var count: Int { spellings.count }

  /// Reads the member `model.vocab`.
  init(_ node: JSONNode) throws {
    let members = try node.members()
    ids.reserveCapacity(members.count)
    spellings.reserveCapacity(members.count)
    for member in members {
      guard case .integer(let number) = member.value else {
        throw node.refusal("gives the token \(quoted(member.name.text)) no whole number")
      }
      let id = try TokenIdentifier.check(number) {
        node.refusal("gives the token \(quoted(member.name.text)) the number \($0)")
      }
      if let other = insert(member.name, id) {
        throw node.refusal("gives \(other) to the token \(quoted(member.name.text)) too; fetch the file again")
      }
    }
    guard !members.isEmpty else { throw node.refusal("has no tokens; fetch the file again") }
  }

  func id(_ spelling: ByteString) -> Int32? { ids[spelling] }

  func id(_ spelling: String) -> Int32? { ids[ByteString(spelling)] }

  func token(_ id: Int32) -> String? {
    spellings.indices.contains(Int(id)) ? spellings[Int(id)] : nil
  }

  /// All tokens with their identifiers, in no order.
  var all: [ByteString: Int32] { ids }

  /// Adds a token that the model does not have, or finds the model's; refuses one that contradicts it.
  mutating func add(_ token: AddedToken, at node: JSONNode) throws {
    if let known = id(token.content) {
      guard known == token.id else {
        throw node.refusal("gives \(quoted(token.content)) the number \(token.id), but model.vocab gives it \(known)")
      }
    } else if let other = insert(ByteString(token.content), token.id) {
      throw node.refusal("gives \(other) to \(quoted(token.content)) too; fetch the file again")
    }
  }

  /// Returns nil, or what stands in the way; the spelling is new.
  private mutating func insert(_ spelling: ByteString, _ id: Int32) -> String? {
    if let other = token(id) { return "the number \(id) of \(quoted(other))" }
    while spellings.count <= Int(id) { spellings.append(nil) }
    spellings[Int(id)] = spelling.text
    ids[spelling] = id
    return nil
  }
}

import Basics
import StrictJSON

/// A JSON value with the place where it stands, so that every refusal can name it.
struct JSONNode {
  /// More than the largest vocabularies with their merges make; bounds the memory that a hostile file can ask for.
  private static let valueLimit = 1 << 22

  let value: JSONValue
  let file: String
  /// The path from the document, such as `model.type`; empty for the document itself.
  let place: String

  /// Reads the whole of `bytes`, the content of `file`; a byte order mark in front is passed over.
  static func read(_ bytes: [UInt8], file: String) throws -> JSONNode {
    do {
      let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      let value = try bytes.withUnsafeBytes { content in
        try JSONReader.read(UnsafeRawBufferPointer(rebasing: content[mark...]), valueLimit: valueLimit)
      }
      return JSONNode(value: value, file: file, place: "")
    } catch let error as JSONError {
      throw TokenizerError(file: file, "\(error); fetch the file again")
    }
  }

  /// Returns the error "cannot read the tokenizer FILE: PLACE SEEN".
  func refusal(_ seen: String) -> TokenizerError {
    TokenizerError(file: file, "\(place.isEmpty ? "the document" : place) \(seen)")
  }

  // MARK: What the value is

  func text() throws -> String {
    guard let text = value.string else { throw refusal("is not a string") }
    return text
  }

  func flag() throws -> Bool {
    guard case .flag(let flag) = value else { throw refusal("is neither true nor false") }
    return flag
  }

  func integer() throws -> Int {
    guard let integer = value.integer else { throw refusal("is not a whole number") }
    return integer
  }

  func list() throws -> [JSONNode] {
    try values().enumerated().map { JSONNode(value: $1, file: file, place: "\(place)[\($0)]") }
  }

  /// The elements of a list without their places: for lists too long to name each.
  func values() throws -> [JSONValue] {
    guard case .list(let values) = value else { throw refusal("is not a list") }
    return values
  }

  func members() throws -> [JSONMember] {
    guard let members = value.members else { throw refusal("is not an object") }
    return members
  }

  // MARK: Members of an object

  /// The member `name`, nil when it is absent or null.
  func member(_ name: String) throws -> JSONNode? {
    guard case .object = value else { throw refusal("is not an object") }
    guard let member = value[name], member != .null else { return nil }
    return JSONNode(value: member, file: file, place: place.isEmpty ? name : "\(place).\(name)")
  }

  func required(_ name: String) throws -> JSONNode {
    guard let node = try member(name) else { throw refusal("has no member '\(name)'") }
    return node
  }

  func text(_ name: String) throws -> String { try required(name).text() }

  /// The member `name`, a text of one character.
  func scalar(_ name: String) throws -> Unicode.Scalar {
    let text = try text(name)
    guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
      throw refusal("has the \(name) \(text.quoted); only one character is possible")
    }
    return scalar
  }

  func flag(_ name: String, default value: Bool) throws -> Bool { try member(name)?.flag() ?? value }

  /// The elements of the list `name`, none when it is absent or null.
  func list(_ name: String) throws -> [JSONNode] { try member(name)?.list() ?? [] }

  /// The member `type`, by which a tokenizer.json names the parts of a tokenizer.
  func type() throws -> String { try text("type") }

  /// Refuses the member `type`, naming what could have stood there.
  func unsupportedType(_ supported: String) -> TokenizerError {
    let type = (try? type()) ?? ""
    return TokenizerError(
      file: file, "\(place.isEmpty ? "type" : "\(place).type") is \(type.quoted); only \(supported) supported")
  }
}

/// A strict reader of JSON (RFC 8259) for files of strangers.
///
/// Foundation's readers make Swift strings of names, which compare by canonical equivalence, so that é composed and é
/// decomposed fall together, though both may be tokens of one vocabulary; and they drop duplicate names without a word,
/// though a header with two places for one tensor is an attack. Here names and texts are the exact bytes of the file,
/// and refused are duplicate names, deep nesting, more values than expected, and what is not UTF-8.
public struct JSONReader {
  /// How deep values may lie in each other.
  public static let depthLimit = 64
  /// Up to this many members are looked through for a name; more are hashed.
  private static let shortObject = 16

  private var cursor: ByteCursor
  private var valueCount = 0
  private let valueLimit: Int

  /// Reads the one value that `bytes` hold, made of at most `valueLimit` values, itself included; a byte order mark in
  /// front of it is stepped over.
  ///
  /// The limit bounds the memory that a hostile file can ask for beyond its own size.
  public static func read(_ bytes: UnsafeRawBufferPointer, valueLimit: Int) throws(JSONError) -> JSONValue {
    var reader = JSONReader(cursor: ByteCursor(bytes), valueLimit: valueLimit)
    reader.cursor.skipByteOrderMark()
    let value = try reader.readValue(depth: 1)
    guard reader.cursor.next == nil else { throw reader.cursor.mistake("the end") }
    return value
  }

  private init(cursor: ByteCursor, valueLimit: Int) {
    self.cursor = cursor
    self.valueLimit = valueLimit
  }

  // MARK: Values

  /// Reads a value and the space around it.
  private mutating func readValue(depth: Int) throws(JSONError) -> JSONValue {
    cursor.skipSpace()
    guard depth <= Self.depthLimit else { throw .tooDeep(limit: Self.depthLimit, offset: cursor.position) }
    valueCount += 1
    guard valueCount <= valueLimit else { throw .tooManyValues(limit: valueLimit, offset: cursor.position) }
    let value = try readBareValue(depth: depth)
    cursor.skipSpace()
    return value
  }

  private mutating func readBareValue(depth: Int) throws(JSONError) -> JSONValue {
    switch cursor.next {
    case UInt8(ascii: "{"): return .object(try readObject(depth: depth))
    case UInt8(ascii: "["): return .list(try readList(depth: depth))
    case UInt8(ascii: "\""): return .text(try cursor.readText())
    case UInt8(ascii: "t") where cursor.skipWord("true"): return .flag(true)
    case UInt8(ascii: "f") where cursor.skipWord("false"): return .flag(false)
    case UInt8(ascii: "n") where cursor.skipWord("null"): return .null
    default: return try cursor.readNumber()
    }
  }

  private mutating func readList(depth: Int) throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    cursor.step()
    cursor.skipSpace()
    if cursor.skip("]") { return elements }
    repeat { elements.append(try readValue(depth: depth + 1)) } while cursor.skip(",")
    guard cursor.skip("]") else { throw cursor.mistake("',' or ']'") }
    return elements
  }

  // MARK: Objects

  private mutating func readObject(depth: Int) throws(JSONError) -> [JSONMember] {
    var members: [JSONMember] = []
    var names: Set<ByteString> = []
    cursor.step()
    cursor.skipSpace()
    if cursor.skip("}") { return members }
    repeat {
      let name = try readName(after: members, &names)
      members.append(JSONMember(name: name, value: try readValue(depth: depth + 1)))
    } while cursor.skip(",")
    guard cursor.skip("}") else { throw cursor.mistake("',' or '}'") }
    return members
  }

  /// Reads a name that none of `members` has, and the colon after it; keeps the names of a long object in `names`.
  private mutating func readName(
    after members: [JSONMember], _ names: inout Set<ByteString>
  ) throws(JSONError) -> ByteString {
    cursor.skipSpace()
    let offset = cursor.position
    guard cursor.next == UInt8(ascii: "\"") else { throw cursor.mistake("a name in quotes") }
    let name = try cursor.readText()
    let isNew: Bool
    if members.count < Self.shortObject {
      isNew = !members.contains { $0.name == name }
    } else {
      if names.isEmpty { names = Set(members.map(\.name)) }
      isNew = names.insert(name).inserted
    }
    guard isNew else { throw .duplicateName(name, offset: offset) }
    cursor.skipSpace()
    guard cursor.skip(":") else { throw cursor.mistake("':'") }
    return name
  }
}

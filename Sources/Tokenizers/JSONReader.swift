/// A value of a JSON text; members keep the order and the exact spelling of the file.
enum JSONValue: Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  case decimal(Double)
  case text(String)
  case list([JSONValue])
  case object([JSONMember])
}

/// A named value of a JSON object.
struct JSONMember: Sendable {
  let name: String
  let value: JSONValue
}

/// Reads a JSON text (RFC 8259).
///
/// Foundation's readers put the members of an object into a dictionary of `String`, where names that are canonically
/// equivalent collide: of the tokens `é` composed and `é` decomposed they keep one. A vocabulary must keep both.
struct JSONReader {
  private static let depthLimit = 64

  private let bytes: [UInt8]
  private let file: String
  private var index = 0

  /// Reads the whole of `bytes`, the content of `file`.
  static func read(_ bytes: [UInt8], file: String) throws -> JSONNode {
    // Once for all strings below, which may then be cut out anywhere between ASCII characters.
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw TokenizerError(file: file, "it is not UTF-8 text; fetch the file again")
    }
    var reader = JSONReader(bytes: bytes, file: file)
    let value = try reader.readValue(depth: 0)
    reader.skipSpace()
    guard reader.index == bytes.count else { throw reader.error("text after the end of the document") }
    return JSONNode(value: value, file: file, place: "")
  }

  private init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  // MARK: Values

  private mutating func readValue(depth: Int) throws -> JSONValue {
    guard depth < Self.depthLimit else { throw error("values nested deeper than \(Self.depthLimit)") }
    skipSpace()
    guard index < bytes.count else { throw error("the end of the file inside a value") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readList(depth: depth)
    case UInt8(ascii: "\""): return .text(try readText())
    case UInt8(ascii: "t"): return try readWord("true", .flag(true))
    case UInt8(ascii: "f"): return try readWord("false", .flag(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    default: return try readNumber()
    }
  }

  private mutating func readObject(depth: Int) throws -> JSONValue {
    var members: [JSONMember] = []
    index += 1
    if skip("}") { return .object(members) }
    repeat {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw error("no name of a member") }
      let name = try readText()
      guard skip(":") else { throw error("no colon after a name") }
      members.append(JSONMember(name: name, value: try readValue(depth: depth + 1)))
    } while skip(",")
    guard skip("}") else { throw error("no comma or brace after a member") }
    return .object(members)
  }

  private mutating func readList(depth: Int) throws -> JSONValue {
    var elements: [JSONValue] = []
    index += 1
    if skip("]") { return .list(elements) }
    repeat {
      elements.append(try readValue(depth: depth + 1))
    } while skip(",")
    guard skip("]") else { throw error("no comma or bracket after an element") }
    return .list(elements)
  }

  private mutating func readWord(_ word: String, _ value: JSONValue) throws -> JSONValue {
    guard bytes[index...].starts(with: word.utf8) else { throw error("an unknown word") }
    index += word.utf8.count
    return value
  }

  private mutating func readNumber() throws -> JSONValue {
    let start = index
    while index < bytes.count, isNumberCharacter(bytes[index]) { index += 1 }
    let number = bytes[start..<index].text
    let digits = number.first == "-" ? number.dropFirst() : number[...]
    let hasLeadingZero = digits.count > 1 && digits.first == "0" && digits.dropFirst().first?.isNumber == true
    if !hasLeadingZero, digits.first?.isNumber == true {
      if let integer = Int(number) { return .integer(integer) }
      if let decimal = Double(number), decimal.isFinite { return .decimal(decimal) }
    }
    index = start
    throw error("something that is no JSON value")
  }

  private func isNumberCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      return true
    default: return false
    }
  }

  // MARK: Strings

  private mutating func readText() throws -> String {
    index += 1
    var start = index
    var text = ""
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let rest = bytes[start..<index].text
        index += 1
        return text.isEmpty ? rest : text + rest
      case UInt8(ascii: "\\"):
        text += bytes[start..<index].text
        text.unicodeScalars.append(try readEscape())
        start = index
      case 0..<0x20: throw error("a control character in a string")
      default: index += 1
      }
    }
    throw error("the end of the file inside a string")
  }

  private mutating func readEscape() throws -> Unicode.Scalar {
    guard index + 1 < bytes.count else { throw error("the end of the file inside a string") }
    let escaped = bytes[index + 1]
    index += 2
    switch escaped {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(escaped)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try readCodePoint()
    default: throw error("an unknown escape in a string")
    }
  }

  private mutating func readCodePoint() throws -> Unicode.Scalar {
    let first = try readCodeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), bytes[index...].starts(with: "\\u".utf8) else {
      throw error("half of a surrogate pair in a string")
    }
    index += 2
    let second = try readCodeUnit()
    guard UTF16.isTrailSurrogate(second) else { throw error("half of a surrogate pair in a string") }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private mutating func readCodeUnit() throws -> UInt16 {
    let digits = bytes[index...].prefix(4)
    var unit: UInt16 = 0
    for digit in digits {
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { throw error("a damaged \\u escape") }
      unit = unit << 4 | UInt16(value)
    }
    guard digits.count == 4 else { throw error("a damaged \\u escape") }
    index += 4
    return unit
  }

  // MARK: Helpers

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): index += 1
      default: return
      }
    }
  }

  /// Goes past space and then past `sign`, if it comes next.
  private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: sign) else { return false }
    index += 1
    return true
  }

  private func error(_ seen: String) -> TokenizerError {
    TokenizerError(file: file, "it is not valid JSON: \(seen) at byte \(index); fetch the file again")
  }
}

/// A strict reader of JSON (RFC 8259) out of strangers' files: it refuses duplicate keys and deep nesting.
///
/// Foundation's reader drops duplicate keys without a word, and a header with two offsets for one tensor is an attack.
struct JSONReader {
  private let bytes: UnsafeRawBufferPointer
  /// What the bytes are, for the error sentence: "the header of 'model.safetensors'".
  private let source: String
  private var position = 0

  private var valueCount = 0

  private static let depthLimit = 32
  /// Half a million tensors; bounds the memory that a hostile header can ask for.
  private static let valueLimit = 1 << 22

  private init(_ bytes: UnsafeRawBufferPointer, _ source: String) {
    self.bytes = bytes
    self.source = source
  }

  /// Reads the one value that `bytes` hold; `source` names them in errors.
  static func read(_ bytes: UnsafeRawBufferPointer, source: String) throws -> JSONValue {
    var reader = JSONReader(bytes, source)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    try reader.expect(reader.position == bytes.count, "the end")
    return value
  }

  // MARK: Values

  private mutating func value(depth: Int) throws -> JSONValue {
    try expect(depth <= Self.depthLimit, "less than \(Self.depthLimit) levels")
    valueCount += 1
    try check(
      valueCount <= Self.valueLimit,
      "cannot read \(source): it holds more than \(Self.valueLimit) values; check that it is what it should be")
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true")
    case UInt8(ascii: "f"): return try literal("false")
    case UInt8(ascii: "n"): return try literal("null")
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    position += 1
    var members: [String: JSONValue] = [:]
    if skip("}") { return .object(members) }
    repeat {
      skipSpace()
      try expect(next == UInt8(ascii: "\""), "a key in quotes")
      let key = try string()
      try check(
        members[key] == nil,
        "cannot read \(source): the key \(quoted(key)) occurs twice in one object; make or download the file again")
      try expect(skip(":"), "':'")
      members[key] = try value(depth: depth + 1)
    } while skip(",")
    try expect(skip("}"), "',' or '}'")
    return .object(members)
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    if skip("]") { return .array(elements) }
    repeat { elements.append(try value(depth: depth + 1)) } while skip(",")
    try expect(skip("]"), "',' or ']'")
    return .array(elements)
  }

  private mutating func literal(_ word: StaticString) throws -> JSONValue {
    let isThere =
      position + word.utf8CodeUnitCount <= bytes.count
      && (0..<word.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
    try expect(isThere, "a value")
    position += word.utf8CodeUnitCount
    return .other
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let firstDigit = next
    let digitCount = skipDigits()
    try expect(digitCount == 1 || (digitCount > 1 && firstDigit != UInt8(ascii: "0")), "a value")
    let integerEnd = position
    if next == UInt8(ascii: ".") {
      position += 1
      try expect(skipDigits() > 0, "a digit")
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try expect(skipDigits() > 0, "a digit")
    }
    guard position == integerEnd else { return .other }
    return Int(String(decoding: bytes[start..<integerEnd], as: UTF8.self)).map(JSONValue.integer) ?? .other
  }

  // MARK: Strings

  private mutating func string() throws -> String {
    position += 1
    let start = position
    try skipPlainText()
    // Nearly every string has no escape and is taken as it lies in the file.
    guard next == UInt8(ascii: "\\") else { return try closed(bytes[start..<position]) }
    var text = Array(bytes[start..<position])
    while next == UInt8(ascii: "\\") {
      position += 1
      text.append(contentsOf: try escaped())
      let plain = position
      try skipPlainText()
      text.append(contentsOf: bytes[plain..<position])
    }
    return try closed(text)
  }

  private mutating func skipPlainText() throws {
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      try expect(byte >= 0x20, "a character")
      position += 1
    }
  }

  /// Steps over the closing quote and makes the text a string.
  private mutating func closed(_ text: some Sequence<UInt8>) throws -> String {
    try expect(next == UInt8(ascii: "\""), "a closing quote")
    position += 1
    guard let valid = String(validating: text, as: UTF8.self) else {
      throw WeightsError(
        message: "cannot read \(source): the text before byte \(position) is not UTF-8; make or download the file again"
      )
    }
    return valid
  }

  private mutating func escaped() throws -> [UInt8] {
    let letter = next
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return letter.map { [$0] } ?? []
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), next == UInt8(ascii: "\\") {
        position += 1
        try expect(next == UInt8(ascii: "u"), "the second half of a surrogate pair")
        position += 1
        units.append(try codeUnit())
      }
      let text = String(validating: units, as: UTF16.self)
      try expect(text != nil, "a whole surrogate pair")
      return text.map { Array($0.utf8) } ?? []
    default:
      position -= 1
      throw mistake("an escape")
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      let digit = next.flatMap { Character(Unicode.Scalar($0)).hexDigitValue }
      guard let digit else { throw mistake("a hexadecimal digit") }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  // MARK: Bytes

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Skips space, then the character if it is the next one.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  private func expect(_ condition: Bool, _ wanted: String) throws {
    guard condition else { throw mistake(wanted) }
  }

  private func mistake(_ wanted: String) -> WeightsError {
    WeightsError(
      message: "cannot read \(source): it is not JSON at byte \(position), where \(wanted) should be; "
        + "make or download the file again")
  }
}

/// Reads the fields of a message of Protocol Buffers, one after another.
struct ProtobufReader {
  /// The value of a field.
  enum Value {
    case integer(UInt64)
    case fixed64
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  /// Begins at the first field of a message.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Returns the next field with its number, nil at the end; throws a `Damage`.
  mutating func next() throws -> (number: Int, value: Value)? {
    guard position < bytes.endIndex else { return nil }
    let key = try integer()
    guard let number = Int(exactly: key >> 3), number > 0 else { throw Damage(offset: position) }
    switch key & 7 {
    case 0: return (number, .integer(try integer()))
    case 1:
      _ = try take(8)
      return (number, .fixed64)
    case 2:
      guard let count = Int(exactly: try integer()) else { throw Damage(offset: position) }
      return (number, .bytes(try take(count)))
    case 5:
      let word = try take(4)
      return (number, .fixed32(word.reversed().reduce(0) { $0 << 8 | UInt32($1) }))
    default: throw Damage(offset: position)
    }
  }

  /// The error that the message is cut off or none.
  struct Damage: Error {
    let offset: Int
  }

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - position else { throw Damage(offset: position) }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// Reads seven bits a byte, the lowest first.
  private mutating func integer() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < bytes.endIndex else { break }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Damage(offset: position)
  }
}

/// The alphabet of byte-level vocabularies (GPT-2): every byte has a visible character.
///
/// Bytes that are visible in Latin-1 stand for themselves; the others follow from U+0100 on, in order.
/// A space is `Ġ`, a line feed `Ċ`.
enum ByteLevel {
  /// The character of each byte.
  static let characters: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      if isVisible(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
    }
  }()

  /// The byte of each character, by the character's number; nil for characters outside the alphabet.
  private static let bytes: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 0x144)
    for (byte, character) in zip(UInt8.min...UInt8.max, characters) { table[Int(character.value)] = byte }
    return table
  }()

  /// The UTF-8 of each byte's character.
  private static let spellings: [[UInt8]] = characters.map { Array(String($0).utf8) }

  /// Appends the characters of `bytes` to `text`.
  static func append(_ bytes: some Sequence<UInt8>, to text: inout [UInt8]) {
    for byte in bytes {
      if byte > 0x20, byte < 0x7F { text.append(byte) } else { text += spellings[Int(byte)] }
    }
  }

  /// Returns the bytes that `token` stands for, nil when it has a character outside the alphabet.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard scalar.value < bytes.count, let byte = bytes[Int(scalar.value)] else { return nil }
      result.append(byte)
    }
    return result
  }

  private static func isVisible(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return true
    default: return false
    }
  }
}

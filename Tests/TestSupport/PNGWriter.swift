import Foundation

/// Writes PNG files whose data are not compressed.
public enum PNGWriter {
  /// The types of colour of the format, with the numbers that a pixel has.
  public enum Color: UInt8 {
    /// A pixel is a shade of grey.
    case grey = 0
    /// A pixel has three numbers.
    case colors = 2
    /// A pixel has three numbers and how opaque it is.
    case colorsAndAlpha = 6
  }

  /// Writes a picture of rows of `width` pixels, whose numbers have 8 or 16 bits; of the latter `bytes` has two for
  /// each, the larger first.
  public static func write(
    _ path: String, width: Int, height: Int, color: Color, bits: UInt8 = 8, bytes: [UInt8]
  ) throws {
    let rowBytes = bytes.count / height
    let rows = (0..<height).flatMap { [0] + bytes[$0 * rowBytes..<($0 + 1) * rowBytes] }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", number(width) + number(height) + [bits, color.rawValue, 0, 0, 0])
    file += chunk("IDAT", stored(rows))
    file += chunk("IEND", [])
    try Data(file).write(to: URL(fileURLWithPath: path))
  }

  private static func number(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in body {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return number(data.count) + body + number(Int(~sum))
  }

  /// A zlib stream of one block that is stored as it is (RFC 1950, 1951); at most 65,535 bytes.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count < 1 << 16, "one block")
    let length = [UInt8(bytes.count & 255), UInt8(bytes.count >> 8)]
    var (low, high) = (1, 0)
    for byte in bytes {
      low = (low + Int(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return [0x78, 0x01, 1] + length + length.map { ~$0 } + bytes + number(high << 16 | low)
  }
}

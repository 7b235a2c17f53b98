import Foundation

/// A picture of few pixels, as a PNG with a palette of at most 256 colours (ISO/IEC 15948).
public struct Raster: Sendable {
  /// A colour with its opacity, 8 bits each.
  public struct Colour: Equatable, Sendable {
    /// The share of red, from 0 to 255.
    public let red: UInt8
    /// The share of green.
    public let green: UInt8
    /// The share of blue.
    public let blue: UInt8
    /// The opacity, 255 for opaque.
    public let alpha: UInt8

    /// No colour at all.
    public static let clear = Colour(red: 0, green: 0, blue: 0, alpha: 0)

    /// Takes the three shares; opaque by default.
    public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
      self.red = red
      self.green = green
      self.blue = blue
      self.alpha = alpha
    }

    /// Reads a colour written `#rrggbb`; black where it is written otherwise.
    public init(_ hexadecimal: String, alpha: UInt8 = 255) {
      let value = UInt32(hexadecimal.dropFirst(), radix: 16) ?? 0
      self.init(
        red: UInt8(value >> 16 & 255), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255), alpha: alpha)
    }
  }

  /// Pixels of a row.
  public let columns: Int
  /// Rows of pixels.
  public let rows: Int
  /// Places in the palette, `[row, column]`.
  public let pixels: [UInt8]
  /// The colours, at most 256.
  public let palette: [Colour]

  /// Takes the pixels by their places in the palette; preconditions check their number and range.
  public init(columns: Int, rows: Int, pixels: [UInt8], palette: [Colour]) {
    precondition(pixels.count == columns * rows && columns > 0 && rows > 0, "a pixel for each place")
    precondition(palette.count <= 256 && pixels.allSatisfy { $0 < palette.count }, "a colour for each pixel")
    self.columns = columns
    self.rows = rows
    self.pixels = pixels
    self.palette = palette
  }

  // MARK: PNG

  /// The picture as the bytes of a PNG file.
  public var png: Data {
    let depth = palette.count <= 2 ? 1 : palette.count <= 4 ? 2 : palette.count <= 16 ? 4 : 8
    var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    Raster.chunk("IHDR", Raster.bytes(columns) + Raster.bytes(rows) + [UInt8(depth), 3, 0, 0, 0], to: &file)
    Raster.chunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }, to: &file)
    Raster.chunk("tRNS", palette.map(\.alpha), to: &file)
    Raster.chunk("IDAT", Raster.stored(lines(depth: depth)), to: &file)
    Raster.chunk("IEND", [], to: &file)
    return file
  }

  /// Each line of pixels packed to whole bytes, behind the number of its filter: none.
  private func lines(depth: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    let perByte = 8 / depth
    bytes.reserveCapacity(rows * (columns / perByte + 2))
    for row in 0..<rows {
      bytes.append(0)
      for start in stride(from: 0, to: columns, by: perByte) {
        var byte: UInt8 = 0
        for place in 0..<perByte where start + place < columns {
          byte |= pixels[row * columns + start + place] << UInt8(8 - depth * (place + 1))
        }
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// In the format of zlib without compression (RFC 1950 and 1951).
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    let blockLimit = 65_535
    for start in stride(from: 0, to: bytes.count, by: blockLimit) {
      let block = bytes[start..<min(start + blockLimit, bytes.count)]
      let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
      stream += [start + blockLimit >= bytes.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    var (first, second): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      first = (first + UInt32(byte)) % 65_521
      second = (second + first) % 65_521
    }
    return stream + Raster.bytes(Int(second << 16 | first))
  }

  private static func chunk(_ name: String, _ content: [UInt8], to file: inout Data) {
    let checked = Array(name.utf8) + content
    file.append(contentsOf: bytes(content.count) + checked + bytes(Int(checksum(checked))))
  }

  /// The CRC-32 of some bytes.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var checksum: UInt32 = ~0
    for byte in bytes {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
    }
    return ~checksum
  }

  /// Big-endian, four bytes.
  private static func bytes(_ value: Int) -> [UInt8] {
    [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }
}

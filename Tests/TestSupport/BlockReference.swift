/// Weights in GGUF's blocks, widened element by element as the format's table says, and blocks of random bytes.
///
/// Each operation is rounded for itself, so that values have the bits of the gguf package. It shares nothing with the
/// kernels.
public struct BlockReference: Sendable {
  /// The number of the type in a GGUF file.
  public let type: UInt32
  /// Elements of a block.
  public let size: Int
  /// Bytes of a block.
  public let byteCount: Int
  /// The places of the binary16 scales in a block.
  private let scales: [Int]
  private let value: @Sendable (ArraySlice<UInt8>, Int) -> Float

  private init(
    _ type: UInt32, _ size: Int, _ byteCount: Int, scales: [Int],
    _ value: @escaping @Sendable (ArraySlice<UInt8>, Int) -> Float
  ) {
    self.type = type
    self.size = size
    self.byteCount = byteCount
    self.scales = scales
    self.value = value
  }

  /// All elements of some blocks.
  public func values(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: byteCount).flatMap { start in
      let block = bytes[start..<start + byteCount]
      return (0..<size).map { value(block, $0) }
    }
  }

  /// Blocks of any bytes, but for scales, which are finite: some tiny, some negative.
  package func random(_ count: Int, _ random: inout SeededNumbers, scale: Float = 0.02) -> [UInt8] {
    var bytes = (0..<count * byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for block in 0..<count {
      for place in scales {
        let bits = Float16(random.float(random.happens(5) ? 1e-7 : scale)).bitPattern
        bytes[block * byteCount + place] = UInt8(truncatingIfNeeded: bits)
        bytes[block * byteCount + place + 1] = UInt8(truncatingIfNeeded: bits >> 8)
      }
    }
    return bytes
  }

  // MARK: The table

  /// Every format in blocks by its name in files.
  public static let all: [String: BlockReference] = [
    "Q4_0": BlockReference(2, 32, 18, scales: [0]) { half($0, 0) * Float(nibble($0, 2, $1) - 8) },
    "Q4_1": BlockReference(3, 32, 20, scales: [0, 2]) { plus(half($0, 0) * Float(nibble($0, 4, $1)), half($0, 2)) },
    "Q5_0": BlockReference(6, 32, 22, scales: [0]) {
      half($0, 0) * Float((nibble($0, 6, $1) | bit($0, 2 + $1 / 8, $1 % 8) << 4) - 16)
    },
    "Q5_1": BlockReference(7, 32, 24, scales: [0, 2]) {
      plus(half($0, 0) * Float(nibble($0, 8, $1) | bit($0, 4 + $1 / 8, $1 % 8) << 4), half($0, 2))
    },
    "Q8_0": BlockReference(8, 32, 34, scales: [0]) { signed($0, 2 + $1) * half($0, 0) },
    "IQ4_NL": BlockReference(20, 32, 18, scales: [0]) { half($0, 0) * steps[nibble($0, 2, $1)] },
    "Q2_K": BlockReference(10, 256, 84, scales: [80, 82]) { block, e in
      let scale = byte(block, e / 16)
      let factor = half(block, 80) * Float(scale & 15)
      return plus(factor * Float(pair(block, 16, e)), -(half(block, 82) * Float(scale >> 4)))
    },
    "Q3_K": BlockReference(11, 256, 110, scales: [108]) { block, e in
      let j = e / 16
      let low = j < 8 ? byte(block, 96 + j) & 15 : byte(block, 96 + j - 8) >> 4
      let top = byte(block, 104 + j % 4) >> (2 * (j / 4)) & 3
      let third = bit(block, e % 32, e / 32) == 1 ? 0 : 4
      return half(block, 108) * Float((low | top << 4) - 32) * Float(pair(block, 32, e) - third)
    },
    "Q4_K": BlockReference(12, 256, 144, scales: [0, 2]) { block, e in
      sixBits(block, e, value: byte(block, 16 + 32 * (e / 64) + e % 32) >> (e % 64 < 32 ? 0 : 4) & 15)
    },
    "Q5_K": BlockReference(13, 256, 176, scales: [0, 2]) { block, e in
      let low = byte(block, 48 + 32 * (e / 64) + e % 32) >> (e % 64 < 32 ? 0 : 4) & 15
      return sixBits(block, e, value: low | bit(block, 16 + e % 32, e / 32) << 4)
    },
    "Q6_K": BlockReference(14, 256, 210, scales: [208]) { block, e in
      let (half256, r) = (e / 128, e % 128)
      let low = byte(block, 64 * half256 + r % 64) >> (r < 64 ? 0 : 4) & 15
      let top = byte(block, 128 + 32 * half256 + r % 32) >> (2 * (r / 32)) & 3
      return half(block, 208) * signed(block, 192 + e / 16) * Float((low | top << 4) - 32)
    },
    "IQ4_XS": BlockReference(23, 256, 136, scales: [0]) { block, e in
      let j = e / 32
      let tops = byte(block, 2) | byte(block, 3) << 8
      let scale = (byte(block, 4 + j / 2) >> (4 * (j % 2)) & 15) | (tops >> (2 * j) & 3) << 4
      let four = byte(block, 8 + 16 * j + e % 16) >> (e % 32 < 16 ? 0 : 4) & 15
      return half(block, 0) * Float(scale - 32) * steps[four]
    },
  ]

  private static let steps: [Float] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

  // MARK: Parts of a block

  private static func byte(_ block: ArraySlice<UInt8>, _ place: Int) -> Int { Int(block[block.startIndex + place]) }

  private static func signed(_ block: ArraySlice<UInt8>, _ place: Int) -> Float {
    Float(Int8(bitPattern: block[block.startIndex + place]))
  }

  private static func half(_ block: ArraySlice<UInt8>, _ place: Int) -> Float {
    Float(Float16(bitPattern: UInt16(byte(block, place) | byte(block, place + 1) << 8)))
  }

  private static func bit(_ block: ArraySlice<UInt8>, _ place: Int, _ number: Int) -> Int {
    byte(block, place) >> number & 1
  }

  /// Four bits of 16 bytes for 32 elements: first all low halves, then all high ones.
  private static func nibble(_ block: ArraySlice<UInt8>, _ place: Int, _ e: Int) -> Int {
    e < 16 ? byte(block, place + e) & 15 : byte(block, place + e - 16) >> 4
  }

  /// Two bits of 64 bytes for 256 elements.
  private static func pair(_ block: ArraySlice<UInt8>, _ place: Int, _ e: Int) -> Int {
    byte(block, place + 32 * (e / 128) + e % 32) >> (2 * (e % 128 / 32)) & 3
  }

  /// The value of Q4_K and Q5_K, whose scales and minima have six bits each.
  private static func sixBits(_ block: ArraySlice<UInt8>, _ e: Int, value: Int) -> Float {
    let j = e / 32
    let (c, b): (Int, Int) =
      j < 4
      ? (byte(block, 4 + j) & 63, byte(block, 8 + j) & 63)
      : (
        (byte(block, 8 + j) & 15) | (byte(block, j) >> 6) << 4,
        (byte(block, 8 + j) >> 4) | (byte(block, 4 + j) >> 6) << 4
      )
    return plus(half(block, 0) * Float(c) * Float(value), -(half(block, 2) * Float(b)))
  }

  /// A sum that the compiler fuses with nothing.
  private static func plus(_ one: Float, _ other: Float) -> Float { one + other }
}

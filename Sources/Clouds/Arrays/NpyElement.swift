/// The type of the elements of a `.npy` array, as its header spells it: byte order, kind, bytes.
struct NpyElement: Equatable, Sendable {
  private enum Kind: Character {
    case float = "f"
    case signed = "i"
    case unsigned = "u"
    case flag = "b"
  }

  private let kind: Kind
  let byteCount: Int
  private let isBigEndian: Bool

  /// nil: not a type of single numbers that is read. `=` is little-endian, as machines are on which files are written.
  init?(_ description: String) {
    guard description.utf8.count <= 4, let order = description.first, "<>|=".contains(order),
      let kind = description.dropFirst().first.flatMap(Kind.init(rawValue:)), let count = Int(description.dropFirst(2))
    else { return nil }
    let counts: [Int] =
      switch kind {
      case .float: [2, 4, 8]
      case .signed, .unsigned: [1, 2, 4, 8]
      case .flag: [1]
      }
    guard counts.contains(count) else { return nil }
    (self.kind, byteCount, isBigEndian) = (kind, count, order == ">")
  }

  /// The float32 nearest to the element at an address of any alignment.
  func value(at address: UnsafeRawPointer) -> Float {
    switch (kind, byteCount) {
    case (.float, 2): NpyElement.widened(number(address, UInt16.self))
    case (.float, 4): Float(bitPattern: number(address, UInt32.self))
    case (.float, _): Float(Double(bitPattern: number(address, UInt64.self)))
    case (.signed, 1): Float(Int8(bitPattern: number(address, UInt8.self)))
    case (.signed, 2): Float(Int16(bitPattern: number(address, UInt16.self)))
    case (.signed, 4): Float(Int32(bitPattern: number(address, UInt32.self)))
    case (.signed, _): Float(Int64(bitPattern: number(address, UInt64.self)))
    case (.flag, _): number(address, UInt8.self) == 0 ? 0 : 1
    case (.unsigned, 1): Float(number(address, UInt8.self))
    case (.unsigned, 2): Float(number(address, UInt16.self))
    case (.unsigned, 4): Float(number(address, UInt32.self))
    case (.unsigned, _): Float(number(address, UInt64.self))
    }
  }

  private func number<Number: FixedWidthInteger & BitwiseCopyable>(_ address: UnsafeRawPointer, _ type: Number.Type)
    -> Number
  {
    let stored = address.loadUnaligned(as: type)
    return isBigEndian ? Number(bigEndian: stored) : Number(littleEndian: stored)
  }

  /// A float16 by its bits, exactly; written out because not every platform's Swift has the type.
  private static func widened(_ half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let (exponent, fraction) = (UInt32(half >> 10 & 0x1F), UInt32(half & 0x3FF))
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

extension FixedWidthInteger {
  /// The bytes of the number, the lowest first.
  public var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }

  /// Makes a number of its bytes, the lowest first; there must be as many as the type has.
  public init(littleEndianBytes bytes: some Collection<UInt8>) {
    precondition(bytes.count == MemoryLayout<Self>.size, "as many bytes as the number has")
    self = 0
    for (place, byte) in bytes.enumerated() { self |= Self(truncatingIfNeeded: byte) << Self(8 * place) }
  }
}

extension UnsafeRawBufferPointer {
  /// Returns the number whose bytes begin at `offset`, the lowest first; they must be inside, and need not be aligned.
  public func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type = Number.self
  ) -> Number {
    precondition(offset >= 0 && offset <= count - MemoryLayout<Number>.size, "a number inside the buffer")
    return Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}

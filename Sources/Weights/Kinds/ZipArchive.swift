/// The names of the members of a zip archive: PyTorch's and NumPy's files are such.
enum ZipArchive {
  private static let memberSignature: UInt32 = 0x0403_4B50
  private static let entrySignature: UInt32 = 0x0201_4B50
  private static let endSignature: UInt32 = 0x0605_4B50
  /// Members that are looked at.
  private static let memberLimit = 1000

  /// What an archive of such members is; nil when the bytes are no zip archive.
  static func kind(of bytes: UnsafeRawBufferPointer) -> FileKind? {
    guard number(UInt32.self, bytes, 0) == memberSignature || number(UInt32.self, bytes, 0) == endSignature else {
      return nil
    }
    let names = [firstName(bytes)].compactMap { $0 } + listedNames(bytes)
    if names.contains(where: { $0.hasSuffix("/data.pkl") || $0.hasSuffix("/constants.pkl") }) { return .torch }
    if !names.isEmpty && names.allSatisfy({ $0.hasSuffix(".npy") }) { return .numpyArchive }
    return .archive("a zip archive")
  }

  // MARK: Names

  /// Of the member at the beginning, which is there even where the end of the file is missing.
  private static func firstName(_ bytes: UnsafeRawBufferPointer) -> String? {
    number(UInt16.self, bytes, 26).flatMap { text(bytes, 30, count: Int($0)) }
  }

  /// The names in the list at the archive's end; empty where that is not found or is of the kind for files above 4 GiB.
  private static func listedNames(_ bytes: UnsafeRawBufferPointer) -> [String] {
    guard let end = end(bytes), let first = number(UInt32.self, bytes, end + 16) else { return [] }
    var names: [String] = []
    var offset = Int(first)
    while names.count < memberLimit, number(UInt32.self, bytes, offset) == entrySignature,
      let lengths = lengths(bytes, offset), let name = text(bytes, offset + 46, count: lengths.name)
    {
      names.append(name)
      offset += 46 + lengths.name + lengths.rest
    }
    return names
  }

  /// Where the record at the end begins, behind which a comment of up to 65,535 bytes may stand.
  private static func end(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let size = 22
    guard bytes.count >= size else { return nil }
    let earliest = max(0, bytes.count - size - 0xFFFF)
    return stride(from: bytes.count - size, through: earliest, by: -1)
      .first { number(UInt32.self, bytes, $0) == endSignature }
  }

  private static func lengths(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> (name: Int, rest: Int)? {
    guard let name = number(UInt16.self, bytes, offset + 28), let extra = number(UInt16.self, bytes, offset + 30),
      let comment = number(UInt16.self, bytes, offset + 32)
    else { return nil }
    return (Int(name), Int(extra) + Int(comment))
  }

  // MARK: Bytes

  /// The little-endian number at an offset, nil beyond the end.
  private static func number<Number: FixedWidthInteger>(
    _ type: Number.Type, _ bytes: UnsafeRawBufferPointer, _ offset: Int
  ) -> Number? {
    guard offset + MemoryLayout<Number>.size <= bytes.count else { return nil }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }

  private static func text(_ bytes: UnsafeRawBufferPointer, _ offset: Int, count: Int) -> String? {
    guard offset + count <= bytes.count else { return nil }
    return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
  }
}

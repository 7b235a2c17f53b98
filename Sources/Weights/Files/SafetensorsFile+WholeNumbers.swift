extension SafetensorsFile {
  /// The elements of a tensor of whole numbers, of type I64, I32 or U8; nil where there is none of that name and of
  /// these types.
  public func wholeNumbers(named name: String) -> [Int]? {
    guard let (type, range) = otherNumbers[name] else { return nil }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    func all<Element: FixedWidthInteger>(_: Element.Type) -> [Int] {
      stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.size).map {
        Int(truncatingIfNeeded: Element(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Element.self)))
      }
    }
    switch type {
    case "I64": return all(Int64.self)
    case "I32": return all(Int32.self)
    case "U8": return all(UInt8.self)
    default: return nil
    }
  }
}

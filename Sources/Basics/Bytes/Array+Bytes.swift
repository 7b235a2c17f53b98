extension Array where Element: BitwiseCopyable {
  /// The elements' memory, for a message or a file that this kind of machine reads back.
  public var memoryBytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Makes elements of their memory; bytes behind the last whole element are left out.
  public init(memoryBytes bytes: some Collection<UInt8>) {
    let count = bytes.count / MemoryLayout<Element>.stride
    self.init(unsafeUninitializedCapacity: count) { elements, initialized in
      UnsafeMutableRawBufferPointer(elements).copyBytes(from: bytes.prefix(count * MemoryLayout<Element>.stride))
      initialized = count
    }
  }
}

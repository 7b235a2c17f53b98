import CHDF5

// Of strings of variable length HDF5 keeps the bytes apart from the dataset, which has but their places.

extension Dataset {
  /// Writes a block of strings of one byte each, where zero bytes stand for no character; see `write(_:at:count:)` of
  /// numbers.
  public func write(characters: [UInt8], at offset: [Int], count: [Int]) throws {
    precondition(elementType == .string(length: 1), "\(place.path) does not hold single characters")
    precondition(characters.count == product(count), "\(characters.count) characters for a block of \(count)")
    try transfer(.string(length: 1), at: offset, count: count, "writing to") { type, memory, file, list in
      characters.withUnsafeBufferPointer { H5Dwrite(place.identifier, type, memory, file, list, $0.baseAddress) }
    }
  }

  /// Writes a block of strings of any length, none with a zero byte inside.
  func writeTexts(_ texts: [String], at offset: [Int], count: [Int]) throws {
    precondition(!place.isCollective, "several ranks cannot write strings of variable length")
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      guard !text.utf8.contains(0) else {
        throw HDF5Error("writing to \(place.name) failed: a string has a zero byte inside, remove it")
      }
      starts.append(bytes.count)
      bytes += text.utf8.lazy.map { CChar(bitPattern: $0) }
      bytes.append(0)
    }
    try bytes.withUnsafeBufferPointer { buffer in
      let pointers = starts.map { buffer.baseAddress?.advanced(by: $0) }
      try transfer(.text, at: offset, count: count, "writing to") { type, memory, file, list in
        pointers.withUnsafeBufferPointer { H5Dwrite(place.identifier, type, memory, file, list, $0.baseAddress) }
      }
    }
  }
}

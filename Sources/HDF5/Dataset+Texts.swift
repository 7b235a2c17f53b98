import CHDF5
import Foundation

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
        throw HDF5Error(message: "writing to \(place.name) failed: a string has a zero byte inside, remove it")
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

  /// The block of strings of any length that begins at `offset`; an error where they would be larger than their file
  /// is.
  func readTexts(at offset: [Int], count: [Int]) throws -> [String] {
    let attempt = "reading \(place.name)"
    let stored = try check(H5Dget_type(place.identifier), attempt)
    defer { H5Tclose(stored) }
    let total = try plausibleCount(of: count, elementBytes: H5Tget_size(stored))
    guard total > 0 else { return [] }
    let limit = try fileSize(attempt)
    var isTooLarge = false
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: total)
    try transfer(stored, at: offset, count: count, "reading") { type, memory, file, list in
      // Each text is in the file once, however many elements may claim the same. Of a single value HDF5 crashes on asking.
      var byteCount: hsize_t = 0
      let status = shape.isEmpty ? 0 : H5Dvlen_get_buf_size(place.identifier, type, file, &byteCount)
      isTooLarge = Double(byteCount) > limit
      guard status >= 0, !isTooLarge else { return status }
      return pointers.withUnsafeMutableBufferPointer {
        H5Dread(place.identifier, type, memory, file, list, $0.baseAddress)
      }
    }
    defer { for pointer in pointers { H5free_memory(pointer) } }
    guard !isTooLarge else {
      throw HDF5Error(message: "\(attempt) failed: its texts are larger than its file, which is damaged")
    }
    return try pointers.enumerated().map { index, pointer in
      guard let pointer else { return "" }
      let bytes = UnsafeRawBufferPointer(start: pointer, count: strlen(pointer))
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw HDF5Error(message: "\(attempt) failed: string \(index) is not UTF-8, the file is damaged")
      }
      return text
    }
  }
}

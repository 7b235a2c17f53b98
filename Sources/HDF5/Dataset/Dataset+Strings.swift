import CHDF5
import Foundation

extension Dataset {
  /// All strings, row-major, without the zero bytes or spaces that fill them up; of a fixed length or of any.
  public func readStrings() throws -> [String] {
    try readStrings(at: shape.map { _ in 0 }, count: shape)
  }

  /// The block of `count` strings along each axis that begins at `offset`.
  public func readStrings(at offset: [Int], count: [Int]) throws -> [String] {
    let attempt = "reading \(place.name)"
    let stored = try check(H5Dget_type(place.identifier), attempt)
    defer { H5Tclose(stored) }
    guard H5Tget_class(stored) == H5T_STRING else {
      throw HDF5Error("\(attempt) failed: strings were expected, and its elements are something else")
    }
    return try namingMissingFilters {
      try check(H5Tis_variable_str(stored), attempt) > 0
        ? readVariable(at: offset, count: count, stored) : readFixed(at: offset, count: count, stored)
    }
  }

  // MARK: Private

  /// They are read as the type they are stored as, because HDF5 refuses to turn ASCII into UTF-8.
  private func readFixed(at offset: [Int], count: [Int], _ stored: hid_t) throws -> [String] {
    let length = H5Tget_size(stored)
    guard length > 0 else { throw HDF5Error("reading \(place.name) failed: its strings have no length") }
    let total = try plausibleCount(of: count, elementBytes: length)
    let bytes = try [UInt8](unsafeUninitializedCapacity: total * length) { buffer, initializedCount in
      try transfer(stored, at: offset, count: count, "reading") { type, memory, file, list in
        H5Dread(place.identifier, type, memory, file, list, buffer.baseAddress)
      }
      initializedCount = total * length
    }
    let isSpaced = H5Tget_strpad(stored) == H5T_STR_SPACEPAD
    return try (0..<total).map { index in
      let field = bytes[index * length..<(index + 1) * length]
      let end =
        isSpaced ? field.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? field.startIndex : field.endIndex
      return try string(field[..<end], index)
    }
  }

  /// Each is a place in the file's heap; together they may take as many bytes as the file has, and some.
  private func readVariable(at offset: [Int], count: [Int], _ stored: hid_t) throws -> [String] {
    let total = try plausibleCount(of: count, elementBytes: H5Tget_size(stored))
    guard total > 0 else { return [] }
    let attempt = "reading \(place.name)"
    var budget = hdf5_budget(left: Int(try fileSize(attempt)) + 1 << 26)
    return try withUnsafeMutablePointer(to: &budget) { budget in
      var addresses = [UnsafeMutablePointer<CChar>?](repeating: nil, count: total)
      defer { for address in addresses { hdf5_budget_free(address, budget) } }
      try transfer(stored, at: offset, count: count, "reading") { type, memory, file, list in
        guard hdf5_use_budget(list, budget) >= 0 else { return -1 }
        return H5Dread(place.identifier, type, memory, file, list, &addresses)
      }
      return try addresses.enumerated().map { index, address in
        // One that was never written is nowhere.
        guard let address else { return "" }
        let bytes = UnsafeRawBufferPointer(start: address, count: strlen(address))
        return try string(Array(bytes)[...], index)
      }
    }
  }

  private func string(_ field: ArraySlice<UInt8>, _ index: Int) throws -> String {
    guard let string = decode(field) else {
      throw HDF5Error(
        "reading \(place.name) failed: string \(index) is not UTF-8; write the strings as UTF-8")
    }
    return string
  }
}

/// The text before the first zero byte, nil when it is not UTF-8.
func decode(_ field: ArraySlice<UInt8>) -> String? {
  String(validating: field.prefix { $0 != 0 }, as: UTF8.self)
}

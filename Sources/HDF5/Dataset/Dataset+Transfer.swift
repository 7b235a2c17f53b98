import CHDF5

extension Dataset {
  // MARK: Writing

  /// Writes the block of `count` elements along each axis that begins at `offset`, `values` in row-major order.
  ///
  /// Collective on a shared file: every rank takes part with a block of its own, which may be empty.
  public func write<Element: NumericElement>(
    _ values: UnsafeBufferPointer<Element>, at offset: [Int], count: [Int]
  ) throws {
    precondition(elementType == Element.elementType, "\(place.path) holds other elements than \(Element.elementType)")
    precondition(values.count == product(count), "\(values.count) values for a block of \(count)")
    try transfer(Element.elementType, at: offset, count: count, "writing to") { type, memory, file, list in
      H5Dwrite(place.identifier, type, memory, file, list, values.baseAddress)
    }
  }

  /// Writes a block; see the function of the same name that takes a buffer.
  public func write<Element: NumericElement>(_ values: [Element], at offset: [Int], count: [Int]) throws {
    try values.withUnsafeBufferPointer { try write($0, at: offset, count: count) }
  }

  /// Writes a block of strings, none longer than the dataset's elements are, and none with a zero byte inside.
  public func write(_ strings: [String], at offset: [Int], count: [Int]) throws {
    if elementType == .text { return try writeTexts(strings, at: offset, count: count) }
    guard case .string(let length) = elementType else { preconditionFailure("\(place.path) does not hold strings") }
    precondition(strings.count == product(count), "\(strings.count) strings for a block of \(count)")
    let bytes = try encode(strings, length: length)
    try transfer(.string(length: length), at: offset, count: count, "writing to") { type, memory, file, list in
      bytes.withUnsafeBufferPointer {
        H5Dwrite(place.identifier, type, memory, file, list, $0.baseAddress)
      }
    }
  }

  /// Writes all elements; on a shared file those of rank 0, the other ranks take part and their values are not looked
  /// at.
  public func writeWhole<Element: NumericElement>(_ values: [Element]) throws {
    let isWriter = (place.rank ?? 0) == 0
    let none = shape.isEmpty ? [0] : shape.map { _ in 0 }
    try write(isWriter ? values : [], at: shape.map { _ in 0 }, count: isWriter ? shape : none)
  }

  /// Writes all strings; on a shared file those of rank 0, the other ranks take part and their strings are not looked
  /// at.
  public func writeWhole(_ strings: [String]) throws {
    let isWriter = (place.rank ?? 0) == 0
    let none = shape.isEmpty ? [0] : shape.map { _ in 0 }
    try write(isWriter ? strings : [], at: shape.map { _ in 0 }, count: isWriter ? shape : none)
  }

  // MARK: Reading

  /// All elements, row-major; an error unless every stored value has its exact like in `Element`.
  public func read<Element: NumericElement>(_ element: Element.Type = Element.self) throws -> [Element] {
    try read(element, at: shape.map { _ in 0 }, count: shape)
  }

  /// The block of `count` elements along each axis that begins at `offset`; see `read(_:)`.
  public func read<Element: NumericElement>(
    _ element: Element.Type = Element.self, at offset: [Int], count: [Int]
  ) throws -> [Element] {
    let attempt = "reading \(place.name)"
    let stored = try check(H5Dget_type(place.identifier), attempt)
    defer { H5Tclose(stored) }
    guard Element.elementType.holdsEveryValue(of: stored) else {
      let found = elementType.map { "\($0)" } ?? "another type"
      throw HDF5Error("\(attempt) failed: \(Element.elementType) was expected and \(found) found")
    }
    return try readConverted(at: offset, count: count, from: stored)
  }

  /// A block as the nearest float32 to each number, of whatever type they are stored: points of files that strangers
  /// made.
  public func readNearest(at offset: [Int], count: [Int]) throws -> [Float] {
    let attempt = "reading \(place.name)"
    let stored = try check(H5Dget_type(place.identifier), attempt)
    defer { H5Tclose(stored) }
    switch H5Tget_class(stored) {
    case H5T_FLOAT where H5Tget_size(stored) <= 4:
      return try readConverted(at: offset, count: count, from: stored)
    case H5T_FLOAT, H5T_INTEGER:
      return try readConverted(Double.self, at: offset, count: count, from: stored).map(Float.init)
    default: throw HDF5Error("\(attempt) failed: its elements are no numbers; name a dataset of numbers")
    }
  }

  private func readConverted<Element: NumericElement>(
    _ element: Element.Type = Element.self, at offset: [Int], count: [Int], from stored: hid_t
  ) throws -> [Element] {
    try namingMissingFilters {
      let total = try plausibleCount(of: count, elementBytes: max(Element.elementType.byteCount, H5Tget_size(stored)))
      return try [Element](unsafeUninitializedCapacity: total) { buffer, initializedCount in
        try transfer(Element.elementType, at: offset, count: count, "reading") { type, memory, file, list in
          H5Dread(place.identifier, type, memory, file, list, buffer.baseAddress)
        }
        initializedCount = total
      }
    }
  }
}

extension Dataset {
  /// Throws unless the file can hold all elements that the dataset claims: a reader of parts would never come to an
  /// end.
  public func checkPlausible() throws {
    let stored = try check(H5Dget_type(place.identifier), "reading \(place.name)")
    defer { H5Tclose(stored) }
    try namingMissingFilters { _ = try plausibleCount(of: shape, elementBytes: H5Tget_size(stored)) }
  }

  // MARK: Inside this module

  func transfer(
    _ type: ElementType, at offset: [Int], count: [Int], _ verb: String,
    _ body: (hid_t, hid_t, hid_t, hid_t) -> herr_t
  ) throws {
    try type.withIdentifier { try transfer($0, at: offset, count: count, verb, body) }
  }

  /// Calls `body` with the type, the spaces in memory and in the file, and the properties of the transfer.
  func transfer(
    _ type: hid_t, at offset: [Int], count: [Int], _ verb: String, _ body: (hid_t, hid_t, hid_t, hid_t) -> herr_t
  ) throws {
    let attempt = "\(verb) \(place.name)"
    let isEmpty = product(count) == 0
    precondition(
      isEmpty
        || (offset.count == shape.count && count.count == shape.count
          && shape.indices.allSatisfy {
            offset[$0] >= 0 && offset[$0] <= shape[$0] && count[$0] <= shape[$0] - offset[$0]
          }),
      "the block of \(count) at \(offset) is not inside \(shape)")
    // HDF5 stumbles over a shared dataset without elements; as its shape is the same everywhere, no rank waits.
    guard product(shape) != 0 else { return }
    let file = try check(H5Dget_space(place.identifier), attempt)
    defer { H5Sclose(file) }
    let memory = try newSpace(isEmpty ? [1] : count, attempt)
    defer { H5Sclose(memory) }
    if isEmpty {
      try check(H5Sselect_none(file), attempt)
      try check(H5Sselect_none(memory), attempt)
    } else if !shape.isEmpty {
      let (start, extent) = (offset.map(hsize_t.init), count.map(hsize_t.init))
      try check(H5Sselect_hyperslab(file, H5S_SELECT_SET, start, nil, extent, nil), attempt)
    }
    let list = try check(hdf5_transfer_list(), attempt)
    defer { H5Pclose(list) }
    if place.isCollective { try check(H5Pset_dxpl_mpio(list, H5FD_MPIO_COLLECTIVE), attempt) }
    try check(body(type, memory, file, list), attempt)
  }

  /// The number of elements to read, if the file can hold as many; a damaged one claims any number.
  func plausibleCount(of count: [Int], elementBytes: Int) throws -> Int {
    precondition(count.allSatisfy { $0 >= 0 }, "impossible block \(count)")
    let attempt = "reading \(place.name)"
    guard let total = product(count),
      case let (bytes, isTooLarge) = total.multipliedReportingOverflow(by: elementBytes),
      !isTooLarge
    else { throw HDF5Error("\(attempt) failed: it has more elements than memory can have") }
    let creation = try check(H5Dget_create_plist(place.identifier), attempt)
    defer { H5Pclose(creation) }
    guard [H5D_COMPACT, H5D_CONTIGUOUS, H5D_CHUNKED].contains(H5Pget_layout(creation)),
      H5Pget_external_count(creation) == 0
    else { throw HDF5Error("\(attempt) failed: its values are in another file, which is not followed") }
    // Deflate never makes data more than 1032 times smaller; what was never written takes no room and stays small.
    let stored = Double(H5Dget_storage_size(place.identifier))
    guard Double(bytes) <= stored * 1100 + 16_777_216 else {
      throw HDF5Error(
        "\(attempt) failed: it claims \(bytes) bytes and has \(Int(stored)), the file is damaged")
    }
    guard try place.isCollective || stored <= fileSize(attempt) else {
      throw HDF5Error("\(attempt) failed: it is larger than its file, which is cut short or damaged")
    }
    return total
  }

  /// Bytes of the file.
  func fileSize(_ attempt: String) throws -> Double {
    let file = try check(H5Iget_file_id(place.identifier), attempt)
    defer { H5Fclose(file) }
    var size: hsize_t = 0
    try check(H5Fget_filesize(file, &size), attempt)
    return Double(size)
  }

  /// The strings one after the other, each filled up with zero bytes.
  private func encode(_ strings: [String], length: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(strings.count * length)
    for string in strings {
      let text = string.utf8
      guard text.count <= length, !text.contains(0) else {
        throw HDF5Error(
          "writing to \(place.name) failed: a string of \(text.count) bytes is longer than \(length) bytes or has "
            + "a zero byte inside")
      }
      bytes += text
      bytes += repeatElement(0, count: length - text.count)
    }
    return bytes
  }
}

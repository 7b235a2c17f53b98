import CHDF5

extension StoredObject where Self: ~Copyable {
  // MARK: Writing

  /// Adds a text as an attribute, which must not be there yet; a text above 64 KiB is stored apart from the object.
  ///
  /// The text must have no zero byte inside. Collective on a shared file, with the same text on every rank, like all
  /// of these.
  public func setAttribute(_ name: String, _ text: String) throws {
    guard !text.utf8.contains(0) else {
      throw HDF5Error("\(attempt("writing", name)) failed: the text has a zero byte inside, remove it")
    }
    let bytes = text.isEmpty ? [0] : Array(text.utf8)
    try ElementType.string(length: bytes.count).withIdentifier { try write(bytes, as: $0, shape: [], name) }
  }

  /// Adds an integer as an attribute.
  public func setAttribute(_ name: String, _ value: Int64) throws {
    try write([value], as: hdf5_int64(), shape: [], name)
  }

  /// Adds a number as an attribute.
  public func setAttribute(_ name: String, _ value: Double) throws {
    try write([value], as: hdf5_float64(), shape: [], name)
  }

  /// Adds a list of numbers, at least one, as an attribute.
  public func setAttribute<Element: NumericElement>(_ name: String, _ values: [Element]) throws {
    precondition(!values.isEmpty, "the attribute \(name) needs a value")
    try Element.elementType.withIdentifier { try write(values, as: $0, shape: [values.count], name) }
  }

  // MARK: Reading

  /// Whether there is an attribute of this name.
  public func hasAttribute(_ name: String) throws -> Bool {
    try check(H5Aexists(place.identifier, name), attempt("looking for", name)) > 0
  }

  /// The text of an attribute.
  public func textAttribute(_ name: String) throws -> String {
    let bytes = try readAttribute(name, UInt8.self) { type in
      guard case .string = ElementType(stored: type) else { return nil }
      return type
    }
    guard let text = decode(bytes[...]) else {
      throw HDF5Error("\(attempt("reading", name)) failed: it is not UTF-8, the file is damaged")
    }
    return text
  }

  /// The integer of an attribute.
  public func integerAttribute(_ name: String) throws -> Int64 {
    try single(listAttribute(name), name)
  }

  /// The number of an attribute, which may be stored as float or as double.
  public func numberAttribute(_ name: String) throws -> Double {
    try single(listAttribute(name), name)
  }

  /// The numbers of an attribute; an error unless every stored value has its exact like in `Element`.
  public func listAttribute<Element: NumericElement>(
    _ name: String, _ element: Element.Type = Element.self
  ) throws -> [Element] {
    try readAttribute(name, element) { type in
      guard Element.elementType.holdsEveryValue(of: type) else { return nil }
      return try Element.elementType.withIdentifier { $0 }
    }
  }

  // MARK: Private

  private func attempt(_ verb: String, _ name: String) -> String {
    "\(verb) the attribute \(name) of \(place.name)"
  }

  private func single<Element>(_ values: [Element], _ name: String) throws -> Element {
    guard values.count == 1, let value = values.first else {
      throw HDF5Error("\(attempt("reading", name)) failed: it has \(values.count) values, one was expected")
    }
    return value
  }

  private func write<Element: NumericElement>(_ values: [Element], as type: hid_t, shape: [Int], _ name: String) throws
  {
    let attempt = attempt("writing", name)
    let space = try newSpace(shape, attempt)
    defer { H5Sclose(space) }
    let list = hdf5_default_list()
    let attribute = try check(H5Acreate2(place.identifier, name, type, space, list, list), attempt)
    let status = H5Awrite(attribute, type, values)
    let closing = H5Aclose(attribute)
    try check(status, attempt)
    try check(closing, attempt)
  }

  /// Reads as many `Element`s as the attribute's values take; `memoryType` refuses a stored type by returning nil.
  private func readAttribute<Element: NumericElement>(
    _ name: String, _ element: Element.Type, _ memoryType: (hid_t) throws -> hid_t?
  ) throws -> [Element] {
    let attempt = attempt("reading", name)
    let attribute = try check(H5Aopen(place.identifier, name, hdf5_default_list()), attempt)
    defer { H5Aclose(attribute) }
    let stored = try check(H5Aget_type(attribute), attempt)
    defer { H5Tclose(stored) }
    let space = try check(H5Aget_space(attribute), attempt)
    defer { H5Sclose(space) }
    guard let type = try memoryType(stored) else {
      throw HDF5Error("\(attempt) failed: it is of another type than expected, or too large for it")
    }
    let points = try check(H5Sget_simple_extent_npoints(space), attempt)
    let (bytes, isTooLarge) = Int(points).multipliedReportingOverflow(by: H5Tget_size(type))
    guard !isTooLarge, bytes <= 1 << 30, H5Aget_storage_size(attribute) <= 1 << 30 else {
      throw HDF5Error("\(attempt) failed: it claims more than 1 GiB, the file is damaged")
    }
    let count = bytes / MemoryLayout<Element>.stride
    var values = [Element](repeating: 0, count: count)
    try check(H5Aread(attribute, type, &values), attempt)
    return values
  }
}

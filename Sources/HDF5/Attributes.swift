import CHDF5
import Foundation

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

  /// Adds a list of texts, at least one and of any length, as an attribute.
  ///
  /// No text may have a zero byte inside. For files of one process.
  public func setAttribute(_ name: String, _ texts: [String]) throws {
    precondition(!texts.isEmpty, "the attribute \(name) needs a value")
    let attempt = attempt("writing", name)
    guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw HDF5Error("\(attempt) failed: a text has a zero byte inside, remove it")
    }
    let space = try newSpace([texts.count], attempt)
    defer { H5Sclose(space) }
    let starts = texts.map { strdup($0) }
    defer { for start in starts { free(start) } }
    try ElementType.text.withIdentifier { type in
      let list = hdf5_default_list()
      let attribute = try check(H5Acreate2(place.identifier, name, type, space, list, list), attempt)
      let status = H5Awrite(attribute, type, starts)
      let closing = H5Aclose(attribute)
      try check(status, attempt)
      try check(closing, attempt)
    }
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

  /// The texts of an attribute that holds a list of them, of any length.
  public func textListAttribute(_ name: String) throws -> [String] {
    let attempt = attempt("reading", name)
    let attribute = try check(H5Aopen(place.identifier, name, hdf5_default_list()), attempt)
    defer { H5Aclose(attribute) }
    let stored = try check(H5Aget_type(attribute), attempt)
    defer { H5Tclose(stored) }
    guard case .text = ElementType(stored: stored) else {
      throw HDF5Error("\(attempt) failed: it is no list of texts")
    }
    let space = try check(H5Aget_space(attribute), attempt)
    defer { H5Sclose(space) }
    let count = Int(try check(H5Sget_simple_extent_npoints(space), attempt))
    guard count <= 1 << 20 else {
      throw HDF5Error("\(attempt) failed: it claims \(count) texts, the file is damaged")
    }
    var starts = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    return try ElementType.text.withIdentifier { type in
      try check(H5Aread(attribute, type, &starts), attempt)
      defer { H5Dvlen_reclaim(type, space, hdf5_default_list(), &starts) }
      return try starts.map { start in
        guard let start else { return "" }
        guard let text = String(validatingCString: start) else {
          throw HDF5Error("\(attempt) failed: it is not UTF-8, the file is damaged")
        }
        return text
      }
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

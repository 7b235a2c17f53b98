import CHDF5
import HDF5

/// All that an HDF5 file holds, as bytes: the one way in which tests say that two files are equal.
package struct StoredFile {
  /// What a dataset or an attribute holds, with its type and shape in front. The key is its path, of an attribute with
  /// its name behind an at sign.
  package private(set) var values: [String: [UInt8]] = [:]

  /// Values of a results file that differ from run to run: the times of units, the starts, and what the root says of
  /// the run.
  package static let provenance: Set<String> = [
    "/unit/seconds", "/unit/rank", "/@created", "/@command_line", "/@history", "/@ranks", "/@threads",
  ]

  /// Paths of all values that are not the same in both files, or in one of them alone; but for those that differ from
  /// run to run, and `exceptions`.
  package static func differences(
    _ path: String, _ other: String, except exceptions: Set<String> = []
  ) throws -> [String] {
    let (one, two) = (try StoredFile(path).values, try StoredFile(other).values)
    return Set(one.keys).union(two.keys).subtracting(provenance).subtracting(exceptions)
      .filter { !$0.hasPrefix("/start/") && $0 != "/start" && one[$0] != two[$0] }.sorted()
  }

  /// The values of datasets alone, without attributes.
  package var datasets: [String: [UInt8]] { values.filter { !$0.key.contains("@") } }

  /// The numbers of one dataset, as the nearest float32; waits for other tests that use HDF5, which takes one thread at
  /// a time.
  package static func numbers(_ path: String, _ name: String) throws -> [Float] {
    try World.run { (_) throws in
      let file = try File.open(path)
      let dataset = try file.openDataset(name)
      let numbers = try dataset.readNearest(at: dataset.shape.map { _ in 0 }, count: dataset.shape)
      try dataset.close()
      try file.close()
      return numbers
    }
  }

  /// Reads everything; waits for other tests that use HDF5.
  package init(_ path: String) throws {
    try World.run { (_) throws in
      let file = try File.open(path)
      try addMembers(of: file, path: "")
      try file.close()
      addAttributes(ofFile: path)
    }
  }

  // MARK: Parts

  private mutating func addMembers<Holder: Container & ~Copyable>(of holder: borrowing Holder, path: String) throws {
    for name in try holder.memberNames() {
      let memberPath = "\(path)/\(name)"
      if try holder.kind(ofMember: name) == .group {
        values[memberPath] = []
        let group = try holder.openGroup(name)
        try addMembers(of: group, path: memberPath)
        try group.close()
      } else {
        let dataset = try holder.openDataset(name)
        values[memberPath] = try StoredFile.bytes(of: dataset)
        try dataset.close()
      }
    }
  }

  private static func bytes(of dataset: borrowing Dataset) throws -> [UInt8] {
    func bytes<Element>(_ values: [Element]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
    let values =
      switch dataset.elementType {
      case .float32: bytes(try dataset.read(Float.self))
      case .float64: bytes(try dataset.read(Double.self))
      case .int16: bytes(try dataset.read(Int16.self))
      case .int32: bytes(try dataset.read(Int32.self))
      case .int64: bytes(try dataset.read(Int64.self))
      case .uint8: bytes(try dataset.read(UInt8.self))
      case .string, .text: Array(try dataset.readStrings().joined(separator: "\0").utf8)
      case nil: preconditionFailure("a dataset holds what no dataset of ours does")
      }
    return Array("\(dataset.elementType.map { "\($0)" } ?? "") \(dataset.shape) ".utf8) + values
  }

  /// Adds the attributes of the file's root and of everything whose values are there.
  private mutating func addAttributes(ofFile path: String) {
    let file = H5Fopen(path, 0, 0)
    for name in ["/"] + values.keys {
      let object = H5Oopen(file, name, 0)
      precondition(object >= 0, "\(name) of \(path) can be opened")
      addAttributes(of: object, path: name)
      H5Oclose(object)
    }
    H5Fclose(file)
  }

  /// Adds the attributes of an object but those in which HDF5 keeps which dataset has which scales: they hold
  /// addresses.
  private mutating func addAttributes(of object: hid_t, path: String) {
    var names: [String] = []
    withUnsafeMutablePointer(to: &names) { names in
      var position: hsize_t = 0
      H5Aiterate2(
        object, H5_INDEX_NAME, H5_ITER_INC, &position,
        { _, name, _, names in
          if let name { names?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name)) }
          return 0
        }, names)
    }
    for name in names where name != "DIMENSION_LIST" && name != "REFERENCE_LIST" {
      let attribute = H5Aopen(object, name, 0)
      let type = H5Aget_type(attribute)
      let bytes = H5Tis_variable_str(type) > 0 ? strings(of: attribute, type) : plainBytes(of: attribute, type)
      values["\(path)@\(name)"] = Array("\(H5Tget_class(type).rawValue) ".utf8) + bytes
      H5Tclose(type)
      H5Aclose(attribute)
    }
  }

  private func plainBytes(of attribute: hid_t, _ type: hid_t) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(H5Aget_storage_size(attribute)))
    precondition(H5Aread(attribute, type, &bytes) >= 0, "an attribute can be read")
    return bytes
  }

  /// The texts of an attribute of variable length, each with a zero byte behind it: the file itself holds addresses.
  private func strings(of attribute: hid_t, _ type: hid_t) -> [UInt8] {
    let space = H5Aget_space(attribute)
    defer { H5Sclose(space) }
    var texts = [UnsafeMutablePointer<CChar>?](repeating: nil, count: Int(H5Sget_simple_extent_npoints(space)))
    precondition(H5Aread(attribute, type, &texts) >= 0, "an attribute can be read")
    let bytes = texts.flatMap { text -> [UInt8] in text.map { Array(String(cString: $0).utf8) + [0] } ?? [] }
    H5Dvlen_reclaim(type, space, 0, &texts)
    return bytes
  }
}

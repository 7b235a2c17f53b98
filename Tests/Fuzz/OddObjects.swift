import CHDF5

/// A dataset as a sound file has it.
struct OddColumn {
  /// The path to it.
  let name: String
  let type: OddType
  let shape: [Int]
  /// Little-endian, of one element; the number of the row is added to the first of them.
  let value: [UInt8]
  var step: UInt8 = 0
}

/// Writes datasets into a file as a script says: a script of zeros makes sound ones, and any other byte an oddity.
struct OddObjects {
  /// What is wrong with an object; the shape and the type of the others are the expected ones.
  private enum Oddity: CaseIterable {
    case absent, otherType, otherShape, otherTypeAndShape, nothing, group, danglingLink, endlessLink, externalFile
    case unwritten
  }

  let file: hid_t
  var script: Script

  private let list = hdf5_default_list()

  init(file: hid_t, script: Script) {
    self.file = file
    self.script = script
  }

  // MARK: Attributes

  /// On the file itself, or on an object of it.
  mutating func writeAttribute(_ name: String, _ type: OddType, _ value: [UInt8], on object: hid_t? = nil) {
    let choice = script.next()
    guard choice != 0 else {
      let identifier = type.identifier
      if type == .text { H5Tset_size(identifier, value.count) }
      return writeAttribute(name, identifier, shape: [], value, on: object)
    }
    // Of half of all choices only the value is odd.
    if choice.isMultiple(of: 2) {
      return writeAttribute(name, type.identifier, shape: [], script.bytes(8), on: object)
    }
    let other = script.choose(OddType.self)
    guard choice % 3 != 0, !other.holdsPointers else { return }
    let shapes = [[], [1], [0], [2], [1, 1], [4000]]
    writeAttribute(
      name, other.identifier, shape: shapes[script.next(below: shapes.count)], script.bytes(8), on: object)
  }

  /// Takes `type` over.
  func writeAttribute(_ name: String, _ type: hid_t, shape: [Int], _ value: [UInt8], on object: hid_t? = nil) {
    let space = space(shape)
    let attribute = H5Acreate2(object ?? file, name, type, space, list, list)
    if attribute >= 0 {
      H5Awrite(attribute, type, repeated(value, to: H5Tget_size(type) * shape.reduce(1, *)))
      H5Aclose(attribute)
    }
    H5Sclose(space)
    H5Tclose(type)
  }

  func writeText(_ name: String, _ text: String, on object: hid_t) {
    let type = OddType.text.identifier
    H5Tset_size(type, text.utf8.count)
    writeAttribute(name, type, shape: [], Array(text.utf8), on: object)
  }

  // MARK: Groups and datasets

  func createGroup(_ name: String) { H5Gclose(H5Gcreate2(file, name, list, list, list)) }

  mutating func write(_ column: OddColumn) {
    let choice = script.next()
    guard choice != 0 else { return write(column, column.type, column.shape) }
    if choice.isMultiple(of: 2) { return write(column, column.type, column.shape, script.bytes(Int(choice) / 4)) }
    switch script.choose(Oddity.self) {
    case .absent: break
    case .otherType: write(column, script.choose(OddType.self), column.shape)
    case .otherShape: write(column, column.type, oddShape(column.shape))
    case .otherTypeAndShape: write(column, script.choose(OddType.self), oddShape(column.shape))
    case .nothing: write(column, column.type, nil)
    case .group: createGroup(column.name)
    case .danglingLink: H5Lcreate_soft("/nowhere", file, column.name, list, list)
    case .endlessLink: H5Lcreate_soft("/" + column.name, file, column.name, list, list)
    case .externalFile: writeExternal(column)
    case .unwritten: writeUnwritten(column)
    }
  }

  /// The expected shape with an axis more, an axis less, or one of another length.
  private mutating func oddShape(_ shape: [Int]) -> [Int] {
    var shape = shape
    switch script.next(below: 3) {
    case 0: shape.append(script.next(below: 4))
    case 1: _ = shape.popLast()
    default:
      guard !shape.isEmpty else { break }
      let axis = script.next(below: shape.count)
      shape[axis] = script.next(below: 8)
    }
    return shape
  }

  /// `values` come in place of the column's own if there are any; a shape of nil is a space that holds nothing.
  private func write(_ column: OddColumn, _ type: OddType, _ shape: [Int]?, _ values: [UInt8] = []) {
    let identifier = type.identifier
    defer { H5Tclose(identifier) }
    let size = H5Tget_size(identifier)
    let count = shape.map { $0.reduce(1, *) } ?? 0
    // No reader tells more of them apart from fewer.
    guard count * size <= 1 << 23 else { return }
    let space = shape.map { self.space($0) } ?? H5Screate(H5S_NULL)
    let dataset = H5Dcreate2(file, column.name, identifier, space, list, list, list)
    if dataset >= 0 {
      let bytes = values.isEmpty ? sound(column, count: count, size: size) : repeated(values, to: count * size)
      if !type.holdsPointers { H5Dwrite(dataset, identifier, everything, everything, list, bytes) }
      H5Dclose(dataset)
    }
    H5Sclose(space)
  }

  /// Other values of the same type at the same place.
  mutating func overwrite(_ name: String) {
    let dataset = H5Dopen2(file, name, list)
    guard dataset >= 0 else { return }
    let (type, space) = (H5Dget_type(dataset), H5Dget_space(dataset))
    let count = Int(H5Sget_simple_extent_npoints(space)) * H5Tget_size(type)
    let bytes = script.bytes(script.next(below: 16) + 1)
    // Bytes that are no pointers would be followed by HDF5 itself while it writes.
    if H5Tis_variable_str(type) <= 0, H5Tdetect_class(type, H5T_VLEN) <= 0 {
      H5Dwrite(dataset, type, everything, everything, list, repeated(bytes, to: count))
    }
    H5Sclose(space)
    H5Tclose(type)
    H5Dclose(dataset)
  }

  /// A dataset whose values are in another file.
  private func writeExternal(_ column: OddColumn) {
    let creation = hdf5_dataset_creation_list()
    H5Pset_external(creation, "/etc/hostname", 0, 1 << 20)
    create(column, shape: column.shape, creation)
  }

  /// A dataset in chunks none of which is there, with the axes as long as the script says.
  private mutating func writeUnwritten(_ column: OddColumn) {
    let creation = hdf5_dataset_creation_list()
    H5Pset_chunk(creation, Int32(column.shape.count), column.shape.map { _ in 1 })
    create(column, shape: column.shape.map { $0 << script.next(below: 62) & Int.max }, creation)
  }

  private func create(_ column: OddColumn, shape: [Int], _ creation: hid_t) {
    let identifier = column.type.identifier
    let space = space(shape)
    H5Dclose(H5Dcreate2(file, column.name, identifier, space, list, creation, list))
    H5Sclose(space)
    H5Tclose(identifier)
    H5Pclose(creation)
  }

  // MARK: Helpers

  /// H5S_ALL, which is no constant that Swift sees.
  private var everything: hid_t { 0 }

  private func space(_ shape: [Int]) -> hid_t {
    shape.isEmpty ? hdf5_scalar_space() : H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
  }

  private func sound(_ column: OddColumn, count: Int, size: Int) -> [UInt8] {
    (0..<count).flatMap { index in
      var element = repeated(column.value + [UInt8](repeating: 0, count: max(0, size - column.value.count)), to: size)
      if size > 0 { element[0] &+= UInt8(truncatingIfNeeded: index) &* column.step }
      return element
    }
  }

  private func repeated(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    guard !bytes.isEmpty else { return [UInt8](repeating: 0, count: count) }
    return (0..<count).map { bytes[$0 % bytes.count] }
  }
}

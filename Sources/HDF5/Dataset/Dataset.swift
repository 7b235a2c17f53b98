import CHDF5

/// An open dataset: an array of numbers or strings, row-major, last index contiguous.
public struct Dataset: ~Copyable, StoredObject {
  /// The number of elements along each axis; empty for a single value.
  public let shape: [Int]

  /// The type the elements are stored as, nil when Swift has no such type.
  public let elementType: ElementType?

  private let handle: Handle
  private let file: String
  private let path: String
  private let rank: Int?

  /// The file and the path of the dataset.
  public var place: Place { Place(identifier: handle.identifier, file: file, path: path, rank: rank) }

  init(_ identifier: hid_t, name: String, in parent: Place, shape: [Int], elementType: ElementType?) {
    self.shape = shape
    self.elementType = elementType
    handle = Handle(identifier, isCollective: parent.isCollective)
    file = parent.file
    path = parent.path(of: name)
    rank = parent.rank
  }

  /// The number of elements.
  public var count: Int { product(shape) ?? 0 }

  /// Closes the dataset.
  public consuming func close() throws {
    let attempt = "closing \(place.name)"
    try handle.close(attempt)
  }
}

extension Container where Self: ~Copyable {
  /// Creates a dataset whose values are undefined until they are written.
  ///
  /// Stored whole, or in pieces of `chunk` elements along each axis, which are cut to the shape; `compression` is the
  /// deflate level from 1 to 9 after a shuffle of bytes, and needs chunks. Of compressed datasets of a shared file each
  /// chunk should be written by one rank. An axis may have no elements; then the dataset is neither chunked nor
  /// compressed.
  public func createDataset(
    _ name: String, type: ElementType, shape: [Int], chunk: [Int]? = nil, compression: Int? = nil
  ) throws -> Dataset {
    precondition(shape.count <= Int(hdf5_maximum_rank()) && shape.allSatisfy { $0 >= 0 }, "impossible shape \(shape)")
    precondition(compression == nil || chunk != nil, "compression needs chunks")
    let attempt = "creating the dataset \(place.path(of: name)) of shape \(shape) in \(place.file)"
    guard let count = product(shape), !count.multipliedReportingOverflow(by: type.byteCount).overflow else {
      throw HDF5Error("\(attempt) failed: it would have more than 2^63 bytes, make it smaller")
    }
    let creation = try check(hdf5_dataset_creation_list(), attempt)
    defer { H5Pclose(creation) }
    try check(H5Pset_attr_creation_order(creation, hdf5_tracked_and_indexed()), attempt)
    // As in files.
    try check(H5Pset_obj_track_times(creation, false), attempt)
    // A text that was never written must still be one.
    if type != .text { try check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), attempt) }
    if let chunk, count > 0, !shape.isEmpty {
      precondition(chunk.count == shape.count && chunk.allSatisfy { $0 > 0 }, "impossible chunk \(chunk) of \(shape)")
      try check(H5Pset_chunk(creation, Int32(shape.count), zip(chunk, shape).map { hsize_t(min($0, $1)) }), attempt)
      if let compression {
        precondition((1...9).contains(compression), "a compression level is from 1 to 9")
        try check(H5Pset_shuffle(creation), attempt)
        try check(H5Pset_deflate(creation, UInt32(compression)), attempt)
      }
    }
    let space = try newSpace(shape, attempt)
    defer { H5Sclose(space) }
    let list = hdf5_default_list()
    let identifier = try type.withIdentifier { stored in
      try check(H5Dcreate2(place.identifier, name, stored, space, list, creation, list), attempt)
    }
    return Dataset(identifier, name: name, in: place, shape: shape, elementType: type)
  }

  /// Opens the dataset of this name, which may be a path below this container.
  public func openDataset(_ name: String) throws -> Dataset {
    let attempt = "opening the dataset \(place.path(of: name)) in \(place.file)"
    let identifier = try check(H5Dopen2(place.identifier, name, hdf5_default_list()), attempt)
    do {
      let shape = try storedShape(of: identifier, attempt)
      let type = try check(H5Dget_type(identifier), attempt)
      defer { H5Tclose(type) }
      let elementType = ElementType(stored: type)
      return Dataset(identifier, name: name, in: place, shape: shape, elementType: elementType)
    } catch {
      H5Dclose(identifier)
      throw error
    }
  }
}

// MARK: Shapes

/// The number of elements of a shape, nil when it does not fit.
func product(_ shape: [Int]) -> Int? {
  // An axis without elements makes any shape empty, however long the others are.
  if shape.contains(0) { return 0 }
  var count = 1
  for extent in shape {
    let (next, isTooLarge) = count.multipliedReportingOverflow(by: extent)
    if isTooLarge { return nil }
    count = next
  }
  return count
}

/// A data space of this shape, to be closed by the caller.
func newSpace(_ shape: [Int], _ attempt: String) throws -> hid_t {
  guard !shape.isEmpty else { return try check(hdf5_scalar_space(), attempt) }
  return try check(H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil), attempt)
}

private func storedShape(of dataset: hid_t, _ attempt: String) throws -> [Int] {
  let space = try check(H5Dget_space(dataset), attempt)
  defer { H5Sclose(space) }
  guard H5Sget_simple_extent_type(space) != H5S_NULL else {
    throw HDF5Error("\(attempt) failed: it holds nothing at all, not even an empty array")
  }
  let rank = Int(try check(H5Sget_simple_extent_ndims(space), attempt))
  var extents = [hsize_t](repeating: 0, count: max(rank, 1))
  try check(H5Sget_simple_extent_dims(space, &extents, nil), attempt)
  let shape = extents.prefix(rank).compactMap { Int(exactly: $0) }
  guard shape.count == rank, product(shape) != nil else {
    throw HDF5Error(
      "\(attempt) failed: it claims the impossible shape \(extents.prefix(rank)), the file is damaged")
  }
  return shape
}

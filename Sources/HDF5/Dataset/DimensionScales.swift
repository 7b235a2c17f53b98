import CHDF5

// What HDF5's high-level library calls a dimension scale is netCDF's dimension, and xarray's. Readers find the
// dimensions of a dataset by the scales attached to its axes, in the dataset's own group first.

extension Dataset {
  /// Declares this dataset of one axis to hold the coordinates of the dimension `name`.
  public func makeScale(_ name: String) throws {
    try check(H5DSset_scale(place.identifier, name), "making \(place.name) the scale \(name)")
  }

  /// Names the dimension along `axis` by its scale, which must have as many elements.
  ///
  /// Collective on a shared file, like everything that creates.
  public func attachScale(_ scale: borrowing Dataset, axis: Int) throws {
    precondition(shape.indices.contains(axis), "\(place.path) has no axis \(axis)")
    precondition(scale.shape == [shape[axis]], "axis \(axis) of \(shape) cannot have a scale of shape \(scale.shape)")
    let attempt = "attaching the scale \(scale.place.path) to \(place.name)"
    try check(H5DSattach_scale(place.identifier, scale.place.identifier, UInt32(axis)), attempt)
  }

  /// The name of the scale attached to each axis, without the path to it; nil where there is none.
  ///
  /// Read by hand: the high-level library takes any attribute of this name for one that it wrote.
  public func scaleNames() throws -> [String?] {
    let none = [String?](repeating: nil, count: shape.count)
    guard !shape.isEmpty, try hasAttribute("DIMENSION_LIST") else { return none }
    let attempt = "looking for the scales of \(place.name)"
    let attribute = try check(H5Aopen(place.identifier, "DIMENSION_LIST", hdf5_default_list()), attempt)
    defer { H5Aclose(attribute) }
    let type = try check(H5Aget_type(attribute), attempt)
    defer { H5Tclose(type) }
    let space = try check(H5Aget_space(attribute), attempt)
    defer { H5Sclose(space) }
    guard H5Tget_class(type) == H5T_VLEN, H5Sget_simple_extent_npoints(space) == hssize_t(shape.count) else {
      throw HDF5Error("\(attempt) failed: they are not a list for each axis, the file is damaged")
    }
    let element = try check(H5Tget_super(type), attempt)
    defer { H5Tclose(element) }
    guard H5Tequal(element, hdf5_object_reference()) > 0 else {
      throw HDF5Error("\(attempt) failed: they are no references, the file is damaged")
    }
    var lists = [hvl_t](repeating: hvl_t(), count: shape.count)
    try check(H5Aread(attribute, type, &lists), attempt)
    defer { H5Dvlen_reclaim(type, space, hdf5_default_list(), &lists) }
    return try lists.map { list in
      guard list.len > 0, let reference = list.p else { return nil }
      return try nameReferred(to: reference, attempt)
    }
  }

  /// The last part of the path to an object.
  private func nameReferred(to reference: UnsafeMutableRawPointer, _ attempt: String) throws -> String? {
    var characters = [CChar](repeating: 0, count: 1024)
    let length = H5Rget_name(place.identifier, H5R_OBJECT, reference, &characters, characters.count)
    guard try check(length, attempt) > 0 else { return nil }
    let path = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return path.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension Container where Self: ~Copyable {
  /// Creates the scale of a dimension that has a length and no coordinates; readers hide the dataset behind it.
  public func createDimension(_ name: String, length: Int) throws -> Dataset {
    let scale = try createDataset(name, type: .float32, shape: [length])
    // Zeros, so that two runs give the same file.
    try scale.writeWhole([Float](repeating: 0, count: length))
    let digits = String(length)
    let padding = String(repeating: " ", count: max(0, 10 - digits.count))
    try scale.makeScale("This is a netCDF dimension but not a netCDF variable. " + padding + digits)
    return scale
  }
}

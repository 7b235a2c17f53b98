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

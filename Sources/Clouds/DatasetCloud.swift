import Geometry
import HDF5

/// The rows of a dataset of an HDF5 file as points.
public struct DatasetCloud: Sendable {
  public let cloud: Cloud

  /// Reads the dataset `name`, `[points, components]` of floating-point numbers.
  public init(_ source: PointSource, dataset name: String) throws {
    let file = try File.open(source.path)
    guard try file.kind(ofMember: name) == .dataset else {
      throw CloudsError(
        "cannot find the dataset \(name.quoted) in \(source.path): the file has none of that name; name another with "
          + "--dataset")
    }
    let dataset = try file.openDataset(name)
    let shape = dataset.shape
    guard shape.count == 2, dataset.count > 0 else {
      throw CloudsError(
        "cannot take points from the dataset \(name.quoted) of \(source.path): its shape is \(shape), and rows of numbers "
          + "are needed; name another with --dataset")
    }
    try dataset.checkPlausible()
    let isDouble = dataset.elementType == .float64
    cloud = try source.cloud(count: shape[0], dimension: shape[1], names: nil) { take in
      for slab in slabs(of: shape[0], width: shape[1]) {
        let (offset, count) = ([slab.lowerBound, 0], [slab.count, shape[1]])
        let rows: [Float] =
          isDouble
          ? try dataset.read(Double.self, at: offset, count: count).map(Float.init)
          : try dataset.read(at: offset, count: count)
        rows.withUnsafeBufferPointer(take)
      }
    }
    try dataset.close()
    try file.close()
  }
}

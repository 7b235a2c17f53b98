import Basics
import Geometry
import HDF5

/// The rows or columns of a dataset of an HDF5 file as points.
public struct DatasetCloud: Sendable {
  /// A point for each row, or for each column of a dataset that was transposed.
  public let cloud: Cloud
  /// Whether MATLAB wrote the dataset, which keeps the columns of a matrix as rows.
  public let isMatlab: Bool

  /// Reads the dataset `name`, `[points, components]` of numbers, as the float32 nearest to each; with `transposing`
  /// its columns are the points.
  public init(_ source: PointSource, dataset name: String, transposing: Bool = false) throws {
    let file = try File.open(source.path)
    guard try file.kind(ofMember: name) == .dataset else {
      throw CloudsError(
        "cannot find the dataset \(name.quoted) in \(source.path): the file has none of that name"
          + "\(DatasetCloud.others(in: file)); name another with --dataset")
    }
    let dataset = try file.openDataset(name)
    let shape = dataset.shape
    guard shape.count == 2, dataset.count > 0 else {
      throw CloudsError(
        "cannot take points from the dataset \(name.quoted) of \(source.path): its shape is \(shape), and rows of "
          + "numbers are needed; name another with --dataset")
    }
    try dataset.checkPlausible()
    isMatlab = try dataset.hasAttribute("MATLAB_class")
    let (count, dimension) = transposing ? (shape[1], shape[0]) : (shape[0], shape[1])
    cloud = try source.cloud(count: count, dimension: dimension, names: nil) { take in
      for slab in slabs(of: count, width: dimension) {
        let rows =
          transposing
          ? DatasetCloud.transposed(
            try dataset.readNearest(at: [0, slab.lowerBound], count: [dimension, slab.count]), columns: slab.count)
          : try dataset.readNearest(at: [slab.lowerBound, 0], count: [slab.count, dimension])
        rows.withUnsafeBufferPointer(take)
      }
    }
    try dataset.close()
    try file.close()
  }

  // MARK: Parts

  /// The members of the file's root, in words that follow "none of that name".
  private static func others(in file: borrowing File) -> String {
    let names = (try? file.memberNames()) ?? []
    let list = names.prefix(8).map(\.quoted).joined(separator: ", ")
    return names.isEmpty ? "" : " and holds \(list)\(names.count > 8 ? ", …" : "")"
  }

  private static func transposed(_ values: [Float], columns: Int) -> [Float] {
    (0..<columns).flatMap { column in stride(from: column, to: values.count, by: columns).map { values[$0] } }
  }
}

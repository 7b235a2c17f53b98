import HDF5
import Perturbations
import Transformer

/// The shapes of a model's matrices, which are the same in every layer, and of those outside of the layers that a
/// screen mutates.
public struct MatrixShapes: Equatable, Sendable {
  /// Blocks of the model.
  public let layerCount: Int
  /// The matrices in canonical order.
  public let matrices: [WeightMatrix]
  /// The rows of each of `matrices`.
  let rows: [Int32]
  let columns: [Int32]

  /// Takes the shapes from a model, with those of some matrices outside of the layers.
  public init(_ shape: HostShape, outer: [WeightMatrix] = []) {
    self.init(
      layerCount: shape.layerCount,
      shapes: (shape.matrices + outer).map { matrix in
        let (rows, columns) = shape.shape(of: matrix)
        return (matrix, rows, columns)
      })
  }

  /// Takes the rows and columns of each matrix, in canonical order.
  public init(layerCount: Int, shapes: [(matrix: WeightMatrix, rows: Int, columns: Int)]) {
    precondition(zip(shapes, shapes.dropFirst()).allSatisfy { $0.matrix.index < $1.matrix.index }, "canonical order")
    self.layerCount = layerCount
    matrices = shapes.map(\.matrix)
    rows = shapes.map { Int32($0.rows) }
    columns = shapes.map { Int32($0.columns) }
  }

  /// The rows and columns of a matrix; nil if the model has none of this name.
  public func shape(of matrix: WeightMatrix) -> (rows: Int, columns: Int)? {
    guard let place = matrices.firstIndex(of: matrix) else { return nil }
    return (Int(rows[place]), Int(columns[place]))
  }

  /// Whether the model has a region.
  public func contains(_ region: Region) -> Bool {
    guard let shape = shape(of: region.matrix) else { return false }
    let hasLayer =
      region.matrix.isOuter ? region.layer == Region.outside : (0..<layerCount).contains(region.layer)
    return hasLayer && region.rows.lowerBound >= 0 && region.columns.lowerBound >= 0
      && region.rows.upperBound <= shape.rows && region.columns.upperBound <= shape.columns
  }
}

extension MatrixShapes {
  /// Reads the shapes that a results file has; nil where it has none, as files of earlier versions of the program.
  init?(_ file: borrowing File) throws {
    guard try file.kind(ofMember: "matrix") != nil else { return nil }
    let group = try file.openGroup("matrix")
    let layerCount = try group.integerAttribute("layers")
    try group.close()
    let names = try ResultsFile.strings("matrix/matrix", in: file)
    let matrices = names.compactMap(WeightMatrix.init)
    let rows = try MatrixShapes.lengths("matrix/rows", in: file)
    let columns = try MatrixShapes.lengths("matrix/columns", in: file)
    guard matrices.count == names.count, zip(matrices, matrices.dropFirst()).allSatisfy({ $0.index < $1.index }),
      rows.count == names.count, columns.count == names.count, (rows + columns).allSatisfy({ $0 > 0 }), layerCount > 0
    else {
      throw ArchiveError(
        "cannot read \(file.path): /matrix does not hold the rows and columns of the matrices; the file is damaged")
    }
    self.init(
      layerCount: Int(layerCount),
      shapes: matrices.indices.map { (matrices[$0], Int(rows[$0]), Int(columns[$0])) })
  }

  private static func lengths(_ name: String, in file: borrowing File) throws -> [Int32] {
    let dataset = try file.openDataset(name)
    let lengths: [Int32] = try dataset.read()
    try dataset.close()
    return lengths
  }
}

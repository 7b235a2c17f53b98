import LinearAlgebra
import Transformer

/// The origin of the components of matrices: the matrices themselves, or a file.
public enum ComponentSource: Sendable {
  /// The largest singular components of each matrix, at most so many.
  case singular(count: Int)
  /// Those of a file, each multiplied by a factor, and at most so many of a matrix.
  case file(ComponentFile, factor: Float, limit: Int?)

  /// Most components of a matrix that may be asked for.
  public static let limit = 1 << 12

  /// The number of components of a matrix of a layer in a model of this shape.
  func count(layer: Int, matrix: WeightMatrix, shape: HostShape) -> Int {
    switch self {
    case .singular(let count):
      let (rows, columns) = shape.shape(of: matrix)
      return min(count, rows, columns)
    case .file(let file, _, let limit): return min(file.count(layer: layer, matrix: matrix), limit ?? Int.max)
    }
  }

  /// The components of a matrix of a layer of a model, as many as `count`; a function of the weights, this and the seed
  /// alone.
  package func components(
    layer: Int, matrix: WeightMatrix, count: Int, model: Model, seed: UInt64
  ) throws -> MatrixComponents {
    switch self {
    case .singular:
      return try MatrixComponents(of: model.layers[layer][matrix].weight, count: count, seed: seed)
    case .file(let file, let factor, _):
      return file.components(layer: layer, matrix: matrix, count: count, factor: Double(factor))
    }
  }

  /// All that makes the components others, as plans are told apart by it.
  public var spelling: String {
    switch self {
    case .singular(let count): "singular \(count)"
    case .file(let file, let factor, let limit): "\(file.sha256) \(factor) \(limit.map(String.init) ?? "all")"
    }
  }
}

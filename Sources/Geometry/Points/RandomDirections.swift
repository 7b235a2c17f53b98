import Basics
import LinearAlgebra

/// Clouds of normal points with the mean and the covariance of a cloud: as spread and as elongated, but without its
/// structure.
public struct RandomDirections: Sendable {
  private let count: Int
  private let mean: [Double]
  /// V √Λ of the covariance V Λ Vᵀ, transposed, `[dimension, dimension]`.
  private let axes: DoubleMatrix

  /// Takes the mean and the covariance of a cloud of at least one point; throws where the covariance cannot be
  /// decomposed.
  public init(like cloud: PointCloud) throws {
    precondition(cloud.count > 0, "points to be like")
    count = cloud.count
    var (points, mean) = (cloud.matrix, Array(repeating: 0.0, count: cloud.dimension))
    for point in 0..<count {
      for place in 0..<cloud.dimension { mean[place] += points[point, place] / Double(cloud.count) }
    }
    for point in 0..<count {
      for place in 0..<cloud.dimension { points[point, place] -= mean[place] }
    }
    let eigen = try SymmetricEigen(points.transposeTimes(points))
    var axes = eigen.vectors
    for column in 0..<cloud.dimension {
      // Rounding may leave an eigenvalue of 0 a little below.
      let scale = (max(0, eigen.values[column]) / Double(max(1, count - 1))).squareRoot()
      for row in 0..<cloud.dimension { axes[row, column] *= scale }
    }
    self.mean = mean
    self.axes = axes.transposed
  }

  /// Keyed by (seed, draw).
  public func draw(_ draw: Int, seed: UInt64) -> PointCloud {
    var random = RandomStream(seed: seed, stream: .points, index: draw)
    let normal = DoubleMatrix(
      rows: count, columns: mean.count, values: (0..<count * mean.count).map { _ in random.normal() })
    let points = normal.times(axes)
    return PointCloud(
      dimension: mean.count, values: points.values.indices.map { Float(points.values[$0] + mean[$0 % mean.count]) })
  }
}

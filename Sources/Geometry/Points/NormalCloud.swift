import Basics
import LinearAlgebra

/// The normal distribution of a cloud's mean and covariance.
struct NormalCloud {
  private let mean: [Double]
  /// Directions times deviations, as rows, `[rank, dimension]`.
  private let axes: DoubleMatrix

  init(_ components: PrincipalComponents) {
    mean = components.mean
    let deviations = components.eigenvalues.prefix(components.rank).map { $0.squareRoot() }
    axes = components.directions.times(DoubleMatrix(diagonal: deviations)).transposed
  }

  /// So many points, keyed by (seed, stream, index).
  func draw(_ count: Int, seed: UInt64, stream: StreamName, index: Int) -> PointCloud {
    var random = RandomStream(seed: seed, stream: stream, index: index)
    let points = random.normals(rows: count, columns: axes.rows).times(axes)
    let values = points.values.enumerated().map { Float($0.element + mean[$0.offset % mean.count]) }
    return PointCloud(dimension: mean.count, values: values)
  }
}

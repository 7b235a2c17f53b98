import Basics
import Geometry
import LinearAlgebra
import Perturbations

/// The points of a cloud that an analysis file lists, all or a sample of them, and where they lie on the first
/// principal components.
public struct CloudListing: Sendable {
  /// The largest number of points that are listed.
  public static let pointLimit = 20_000
  /// The number of principal components that are listed of each point.
  public static let componentLimit = 3

  /// Numbers of points in the cloud, ascending.
  public let points: [Int]
  /// Coordinates of the listed points, `[points, components]`.
  public let positions: DoubleMatrix
  /// Variance along each of these components as a share of all.
  public let shares: [Double]

  /// `components` are those of the cloud; `seed` that of the sample.
  public init(_ cloud: Cloud, components: PrincipalComponents, seed: UInt64) {
    let count = cloud.points.count
    if count > CloudListing.pointLimit {
      var random = RandomStream(seed: seed, stream: .cloudListing, index: 0)
      points = random.permutation(count).prefix(CloudListing.pointLimit).sorted()
    } else {
      points = Array(0..<count)
    }
    let componentCount = min(CloudListing.componentLimit, components.rank)
    positions = components.scores(of: cloud.points[points: points], components: componentCount)
    let total = components.totalVariance
    shares = components.eigenvalues.prefix(componentCount).map { $0 / total }
  }
}

extension StreamName {
  fileprivate static let cloudListing: StreamName = "clou"
}

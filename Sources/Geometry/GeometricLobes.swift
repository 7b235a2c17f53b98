/// Lobes of points that lie in like directions.
public struct GeometricLobes: Sendable {
  /// By which affinities points are clustered.
  public enum Method: String, CaseIterable, Sendable {
    /// 1 − angle / π between all points.
    case exact
    /// The graph of nearest neighbours by cosine.
    case neighbours

    /// The most exact one that ends in reasonable time.
    public static func usual(for count: Int) -> Method { count <= Lobes.denseLimit ? .exact : .neighbours }
  }

  /// Of a graph; scikit-learn's ten count the point itself.
  static let neighbourCount = 9

  public let method: Method
  /// The lobe of each point, the largest lobe first; −1: in none. `[points]`
  public let labels: [Int32]
  public let lobeCount: Int
  /// Of the normalized affinity, the largest first.
  public let eigenvalues: [Double]
  /// Parts without any affinity between them.
  public let componentCount: Int

  /// Without a number of lobes the largest gap between eigenvalues tells it. No point may be of length 0. An error if there are fewer
  /// points than lobes. Collective.
  public init(
    _ cloud: PointCloud, method: Method? = nil, lobeCount: Int?, seed: UInt64, sharing: RowSharing = RowSharing()
  ) throws {
    let method = method ?? .usual(for: cloud.count)
    let clustering: SpectralClustering
    switch method {
    case .exact where cloud.count <= Lobes.denseLimit:
      clustering = try SpectralClustering(
        DenseAffinity(AngularAffinity(cloud), sharing: sharing), clusterCount: lobeCount, seed: seed, sharing: sharing)
    case .exact:
      clustering = try SpectralClustering(
        AngularAffinity(cloud), clusterCount: lobeCount, seed: seed, sharing: sharing)
    case .neighbours:
      let nearest = try NearestNeighbours(
        cloud, neighbourCount: min(GeometricLobes.neighbourCount, cloud.count - 1), metric: .cosine, sharing: sharing)
      clustering = try SpectralClustering(
        NeighbourGraph(nearest), clusterCount: lobeCount, seed: seed, sharing: sharing)
    }
    self.method = method
    labels = clustering.labels
    self.lobeCount = clustering.clusterCount
    eigenvalues = clustering.eigenvalues
    componentCount = clustering.componentCount
  }
}

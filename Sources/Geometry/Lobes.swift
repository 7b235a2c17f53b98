import LinearAlgebra

/// The lobes of a cloud: clusters of features by what they fire on, for each measure, and by where they point, compared.
public struct Lobes: Sendable {
  /// Features clustered by one affinity.
  public struct Division: Sendable {
    /// The lobe of each feature; −1: in none. `[features]`
    public let labels: [Int32]
    public let lobeCount: Int
    /// Of the normalized affinity, the largest first.
    public let eigenvalues: [Double]
    public let componentCount: Int

    init(_ clustering: SpectralClustering, labels: [Int32]) {
      self.labels = labels
      lobeCount = clustering.clusterCount
      eigenvalues = clustering.eigenvalues
      componentCount = clustering.componentCount
    }
  }

  /// Functional lobes by a measure, and how they compare with the geometric ones.
  public struct Functional: Sendable {
    public let measure: FiringMeasure
    public let division: Division
    /// Features that are dropped because they never fire, and because they always do.
    public let neverFiring: Int
    public let alwaysFiring: Int
    public let comparison: LobeComparison
  }

  /// Most points of which affinities are kept in memory.
  static let denseLimit = 20_000

  public let functional: [Functional]
  /// By angles.
  public let geometric: Division
  public let drawCounts: LobeComparison.DrawCounts

  /// `record` has a feature for each point; without one there are geometric lobes alone. Without a number of lobes each
  /// division finds its own by the gap of its eigenvalues. An error if there are fewer features than lobes. Collective.
  public init(
    _ cloud: PointCloud, _ record: FiringRecord?, lobeCount: Int?, measures: [FiringMeasure] = FiringMeasure.allCases,
    drawCounts: LobeComparison.DrawCounts = .init(), seed: UInt64, sharing: RowSharing = RowSharing()
  ) throws {
    precondition(record.map { $0.featureCount == cloud.count } ?? true, "a point for each feature")
    let geometric = try Lobes.geometric(cloud, lobeCount: lobeCount, seed: seed, sharing: sharing)
    self.geometric = geometric
    self.drawCounts = drawCounts
    guard let record else {
      functional = []
      return
    }
    let directions = try RandomDirections(like: cloud)
    let controls = try (0..<drawCounts.clusterings).map { draw in
      let cloud = directions.draw(draw, seed: seed)
      return try Lobes.geometric(cloud, lobeCount: geometric.lobeCount, seed: seed, sharing: sharing).labels
    }
    let rates = record.counts
    functional = try measures.map { measure in
      let affinity = FunctionalAffinity(record, measure: measure)
      let division = try Lobes.functional(affinity, lobeCount: lobeCount, seed: seed, sharing: sharing)
      return Functional(
        measure: measure, division: division, neverFiring: affinity.neverFiring, alwaysFiring: affinity.alwaysFiring,
        comparison: try LobeComparison(
          functional: division.labels, geometric: geometric.labels, cloud: cloud, rates: rates, directions: directions,
          controls: controls, counts: drawCounts, seed: seed, sharing: sharing))
    }
  }

  // MARK: Private

  private static func geometric(
    _ cloud: PointCloud, lobeCount: Int?, seed: UInt64, sharing: RowSharing
  ) throws -> Division {
    let affinity = AngularAffinity(cloud)
    let clustering =
      try cloud.count <= denseLimit
      ? SpectralClustering(
        DenseAffinity(affinity, sharing: sharing), clusterCount: lobeCount, seed: seed, sharing: sharing)
      : SpectralClustering(affinity, clusterCount: lobeCount, seed: seed, sharing: sharing)
    return Division(clustering, labels: clustering.labels)
  }

  private static func functional(
    _ affinity: FunctionalAffinity, lobeCount: Int?, seed: UInt64, sharing: RowSharing
  ) throws -> Division {
    // Simple matching is multiplied faster without a matrix in memory.
    let clustering =
      try affinity.count <= denseLimit && affinity.measure != .simpleMatching
      ? SpectralClustering(
        DenseAffinity(affinity, sharing: sharing), clusterCount: lobeCount, seed: seed, sharing: sharing)
      : SpectralClustering(affinity, clusterCount: lobeCount, seed: seed, sharing: sharing)
    return Division(clustering, labels: affinity.labelsOfAll(clustering.labels))
  }
}

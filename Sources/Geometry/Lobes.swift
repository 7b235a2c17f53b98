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
  public static let denseLimit = 20_000

  public let functional: [Functional]
  /// By angles.
  public let geometric: Division
  public let drawCounts: LobeComparison.DrawCounts

  /// `cloud` has a point for each feature. Without a number of lobes each measure finds its own by the gap of its eigenvalues, and
  /// geometry gets that of the last measure. An error if there are fewer features than lobes. Collective.
  public init(
    _ cloud: PointCloud, _ record: FiringRecord, lobeCount: Int?, measures: [FiringMeasure] = FiringMeasure.allCases,
    drawCounts: LobeComparison.DrawCounts = .init(), seed: UInt64, sharing: RowSharing = RowSharing()
  ) throws {
    precondition(cloud.count == record.featureCount && !measures.isEmpty, "a point for each feature, and a measure")
    let found = try measures.map { measure in
      let affinity = FunctionalAffinity(record, measure: measure)
      let clustering =
        // Two of them need no matrix in memory to be multiplied fast.
        try affinity.count <= Lobes.denseLimit && measure != .simpleMatching
        ? SpectralClustering(
          DenseAffinity(affinity, sharing: sharing), clusterCount: lobeCount, seed: seed, sharing: sharing)
        : SpectralClustering(affinity, clusterCount: lobeCount, seed: seed, sharing: sharing)
      return (affinity, Division(clustering, labels: affinity.labelsOfAll(clustering.labels)))
    }
    let count = lobeCount ?? found.last?.1.lobeCount
    func geometric(_ cloud: PointCloud) throws -> Division {
      let affinity = AngularAffinity(cloud)
      let clustering =
        try cloud.count <= Lobes.denseLimit
        ? SpectralClustering(
          DenseAffinity(affinity, sharing: sharing), clusterCount: count, seed: seed, sharing: sharing)
        : SpectralClustering(affinity, clusterCount: count, seed: seed, sharing: sharing)
      return Division(clustering, labels: clustering.labels)
    }
    let own = try geometric(cloud)
    let directions = try RandomDirections(like: cloud)
    let controls = try (0..<drawCounts.clusterings).map { try geometric(directions.draw($0, seed: seed)).labels }
    let rates = record.counts
    functional = try found.map { affinity, division in
      Functional(
        measure: affinity.measure, division: division, neverFiring: affinity.neverFiring,
        alwaysFiring: affinity.alwaysFiring,
        comparison: try LobeComparison(
          functional: division.labels, geometric: own.labels, cloud: cloud, rates: rates, directions: directions,
          controls: controls, counts: drawCounts, seed: seed, sharing: sharing))
    }
    self.geometric = own
    self.drawCounts = drawCounts
  }
}

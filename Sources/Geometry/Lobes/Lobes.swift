import LinearAlgebra
import MessagePassing

/// The lobes of a cloud: clusters of features by what they fire on, for each measure, and by where they point,
/// compared.
public struct Lobes: Sendable {
  /// Features clustered by one affinity.
  public struct Division: Sendable {
    /// The lobe of each feature; −1: in none. `[features]`
    public let labels: [Int32]
    /// The number of lobes.
    public let lobeCount: Int
    /// Eigenvalues of the normalized affinity, the largest first.
    public let eigenvalues: [Double]
    /// Parts without any affinity between them; by landmarks they are not counted, and it is 1.
    public let componentCount: Int
    /// The error of `LandmarkClustering`; nil where lobes were not found by landmarks.
    public let landmarkError: Double?

    init(_ clustering: SpectralClustering) {
      labels = clustering.labels
      lobeCount = clustering.clusterCount
      eigenvalues = clustering.eigenvalues
      componentCount = clustering.componentCount
      landmarkError = nil
    }

    init(_ clustering: LandmarkClustering) {
      labels = clustering.labels
      lobeCount = clustering.clusterCount
      eigenvalues = clustering.eigenvalues
      componentCount = 1
      landmarkError = clustering.error
    }

    /// A copy of `division` with other labels.
    init(_ division: Division, labels: [Int32]) {
      self.labels = labels
      lobeCount = division.lobeCount
      eigenvalues = division.eigenvalues
      componentCount = division.componentCount
      landmarkError = division.landmarkError
    }
  }

  /// The affinities by which points are clustered.
  public enum Method: String, CaseIterable, Sendable {
    /// Affinities of all pairs.
    case exact
    /// The graph of nearest neighbours by cosine; functional lobes are exact or, of many points, by landmarks.
    case neighbours
    /// Affinities of all points to some of them.
    case landmarks

    /// The most exact one that ends in reasonable time.
    public static func usual(for count: Int) -> Method {
      count <= denseLimit ? .exact : count <= neighbourLimit ? .neighbours : .landmarks
    }
  }

  /// Functional lobes by a measure, and how they compare with the geometric ones.
  public struct Functional: Sendable {
    /// The measure of how alike features fire.
    public let measure: FiringMeasure
    /// The lobes that were found.
    public let division: Division
    /// The number of features that are dropped because they never fire.
    public let neverFiring: Int
    /// The number of features that are dropped because they always fire; 0 unless the measure is phi.
    public let alwaysFiring: Int
    /// The comparison with the geometric lobes.
    public let comparison: LobeComparison
  }

  /// Most points of which affinities are kept in memory.
  public static let denseLimit = 20_000
  /// Most points of which nearest neighbours are looked for unless asked.
  public static let neighbourLimit = 200_000
  /// Neighbours of each point in a graph; the ten of scikit-learn count the point itself.
  private static let neighbourCount = 9

  /// The affinities that were used.
  public let method: Method
  /// The functional lobes by each measure that was asked for.
  public let functional: [Functional]
  /// The lobes by angles between points.
  public let geometric: Division
  /// How many draws each null has.
  public let drawCounts: LobeComparison.DrawCounts

  /// `record` has a feature for each point, none of which is of length 0; without one there are geometric lobes alone.
  /// Without a number of lobes each division finds its own by the gap of its eigenvalues. An error if there are fewer
  /// features than lobes. Collective.
  public init(
    _ cloud: PointCloud, _ record: FiringRecord?, lobeCount: Int?, measures: [FiringMeasure] = FiringMeasure.allCases,
    method: Method? = nil, drawCounts: LobeComparison.DrawCounts = .init(), seed: UInt64,
    sharing: Sharing = Sharing()
  ) throws {
    precondition(record.map { $0.featureCount == cloud.count } ?? true, "a point for each feature")
    let method = method ?? .usual(for: cloud.count)
    let geometric = try Lobes.geometric(cloud, method: method, lobeCount: lobeCount, seed: seed, sharing: sharing)
    self.method = method
    self.geometric = geometric
    self.drawCounts = drawCounts
    guard let record else {
      functional = []
      return
    }
    let directions = try RandomDirections(like: cloud)
    let controls = try (0..<drawCounts.clusterings).map { draw in
      let cloud = directions.draw(draw, seed: seed)
      return try Lobes.geometric(
        cloud, method: method, lobeCount: geometric.lobeCount, seed: seed, sharing: sharing,
        step: "lobes of random directions, cloud \(draw + 1) of \(drawCounts.clusterings)"
      ).labels
    }
    let rates = record.counts
    functional = try measures.map { measure in
      let affinity = FunctionalAffinity(record, measure: measure)
      let division = try sharing.division("lobes by \(measure.rawValue)", pointCount: record.featureCount) {
        try Lobes.functional(affinity, method: method, lobeCount: lobeCount, seed: seed, sharing: sharing)
      }
      return Functional(
        measure: measure, division: division, neverFiring: affinity.neverFiring, alwaysFiring: affinity.alwaysFiring,
        comparison: try LobeComparison(
          functional: division.labels, geometric: geometric.labels, cloud: cloud, rates: rates, directions: directions,
          controls: controls, counts: drawCounts, seed: seed, sharing: sharing))
    }
  }

  /// Geometric lobes alone. Collective.
  static func geometric(
    _ cloud: PointCloud, method: Method, lobeCount: Int?, seed: UInt64, sharing: Sharing,
    step: String = "geometric lobes"
  ) throws -> Division {
    try sharing.division(step, pointCount: cloud.count) {
      try clustered(cloud, method: method, lobeCount: lobeCount, seed: seed, sharing: sharing)
    }
  }

  // MARK: Private

  private static func clustered(
    _ cloud: PointCloud, method: Method, lobeCount: Int?, seed: UInt64, sharing: Sharing
  ) throws -> Division {
    guard method != .neighbours else {
      let nearest = try NearestNeighbours(
        cloud, neighbourCount: min(neighbourCount, cloud.count - 1), metric: .cosine, sharing: sharing)
      return Division(
        try SpectralClustering(NeighbourGraph(nearest), clusterCount: lobeCount, seed: seed, sharing: sharing))
    }
    let affinity = AngularAffinity(cloud)
    guard method == .exact, cloud.count <= denseLimit else {
      return try division(affinity, method: method, lobeCount: lobeCount, seed: seed, sharing: sharing)
    }
    return Division(
      try SpectralClustering(
        DenseAffinity(affinity, sharing: sharing), clusterCount: lobeCount, seed: seed, sharing: sharing))
  }

  private static func functional(
    _ affinity: FunctionalAffinity, method: Method, lobeCount: Int?, seed: UInt64, sharing: Sharing
  ) throws -> Division {
    let isSmall = affinity.count <= denseLimit
    let division: Division
    // Simple matching is multiplied faster without a matrix in memory.
    if method != .landmarks, isSmall, affinity.measure != .simpleMatching {
      division = Division(
        try SpectralClustering(
          DenseAffinity(affinity, sharing: sharing), clusterCount: lobeCount, seed: seed, sharing: sharing))
    } else {
      let method = method == .neighbours ? (isSmall ? .exact : .landmarks) : method
      division = try Lobes.division(affinity, method: method, lobeCount: lobeCount, seed: seed, sharing: sharing)
    }
    return Division(division, labels: affinity.labelsOfAll(division.labels))
  }

  /// Clusters by an affinity that is not kept in memory.
  private static func division(
    _ affinity: some EntryAffinity, method: Method, lobeCount: Int?, seed: UInt64, sharing: Sharing
  ) throws -> Division {
    method == .landmarks
      ? Division(try LandmarkClustering(affinity, clusterCount: lobeCount, seed: seed, sharing: sharing))
      : Division(try SpectralClustering(affinity, clusterCount: lobeCount, seed: seed, sharing: sharing))
  }
}

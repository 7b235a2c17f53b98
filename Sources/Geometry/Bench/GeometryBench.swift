import Basics
import MessagePassing

/// The analyses of a cloud, timed one by one on a planted cloud and on random firings.
public struct GeometryBench: Sendable {
  /// What is timed.
  public enum Part: String, CaseIterable, Codable, Sendable {
    /// Lobes by the angles of all pairs, which are in memory, and by those of the graph of nearest neighbours, search
    /// included.
    case dense, graph
    /// Lobes by the angles to some points, the landmarks.
    case landmarks
    /// Lobes by the angles of all pairs, computed each time they are used.
    case matrixFree = "matrix-free"
    /// Counting on how many documents each pair of features fires together.
    case cofiring
    /// Spectrum, fits, controls and clustering entropy.
    case galaxy
    /// Planted lobes learnt from positions, and predicted from them.
    case regression
  }

  /// Sizes of the cloud, and of the firings of a feature for each point.
  public struct Sizes: Codable, Sendable {
    /// Points of the cloud.
    public let points: Int
    /// Components of a point.
    public let dimension: Int
    /// Lobes that are planted.
    public let lobes: Int
    /// The deviation of lobes' centres in a component, where points scatter by 1.5 in the first to 0.3 in the last.
    public let separation: Double
    /// Documents on which features fire.
    public let documents: Int
    /// The share of documents that a feature fires on.
    public let density: Double

    /// Takes the sizes as they are.
    public init(points: Int, dimension: Int, lobes: Int, separation: Double, documents: Int, density: Double) {
      (self.points, self.dimension, self.lobes) = (points, dimension, lobes)
      (self.separation, self.documents, self.density) = (separation, documents, density)
    }
  }

  /// What one run took.
  public struct Timing: Codable, Sendable {
    /// Seconds by the wall, until the last rank is done.
    public let seconds: Double
    /// Processor seconds of all ranks and threads.
    public let processorSeconds: Double
    /// Memory of the rank that had most at a time, the cloud included; 0 where the system does not say.
    public let peakBytes: Int
  }

  /// What a part finds.
  public enum Finding: Sendable {
    /// A label for each point.
    case labels([Int32])
    /// For co-firing the sum of the squares of each feature's counts with all; for the galaxy the eigenvalues.
    case numbers([Double])
  }

  /// The sizes that were asked for.
  public let sizes: Sizes
  /// The cloud with planted lobes.
  public let cloud: PlantedCloud
  private let seed: UInt64

  /// Draws the cloud and the firings, keyed by the seed.
  public init(_ sizes: Sizes, seed: UInt64) {
    self.sizes = sizes
    self.seed = seed
    cloud = PlantedCloud(
      count: sizes.points, lobeCount: sizes.lobes, dimension: sizes.dimension, separation: sizes.separation,
      scatter: (1.5, 0.3), seed: seed)
  }

  /// Drawn anew each time.
  public var firings: FiringRecord {
    FiringRecord(
      featureCount: sizes.points, documentCount: sizes.documents, density: sizes.density, seed: seed)
  }

  /// Adjusted mutual information with the planted lobes; nil: of what is not labels.
  public func agreement(of finding: Finding) -> Double? {
    guard case .labels(let labels) = finding else { return nil }
    return ContingencyTable(labels, cloud.labels).adjustedMutualInformation
  }

  // MARK: Running

  /// Runs a part once, with so many threads a rank. An error where the analysis itself has one. Collective.
  public func run(
    _ part: Part, communicator: Communicator, threads: Int
  ) throws -> (timing: Timing, finding: Finding) {
    let record = part == .cofiring ? firings : nil
    try communicator.barrier()
    ResidentMemory.forgetPeak()
    let (begun, processorBefore) = (ContinuousClock.now, ProcessorTime.seconds)
    let finding = try find(part, record, sharing: Sharing(communicator, threads: threads))
    let processorSeconds = ProcessorTime.seconds - processorBefore
    let peak = ResidentMemory.peakBytes
    try communicator.barrier()
    let timing = Timing(
      seconds: (ContinuousClock.now - begun) / .seconds(1),
      processorSeconds: try communicator.allReduce([processorSeconds], .sum)[0],
      peakBytes: Int(try communicator.allReduce([Int64(peak)], .maximum)[0]))
    return (timing, finding)
  }

  private func find(_ part: Part, _ record: FiringRecord?, sharing: Sharing) throws -> Finding {
    let points = cloud.points
    func lobes(by method: Lobes.Method) throws -> Finding {
      .labels(
        try Lobes.geometric(points, method: method, lobeCount: sizes.lobes, seed: seed, sharing: sharing).labels)
    }
    switch part {
    case .dense: return try lobes(by: .exact)
    case .graph: return try lobes(by: .neighbours)
    case .landmarks: return try lobes(by: .landmarks)
    case .matrixFree:
      let affinity = AngularAffinity(points)
      return .labels(
        try SpectralClustering(affinity, clusterCount: sizes.lobes, seed: seed, sharing: sharing).labels)
    case .cofiring: return .numbers(try record.map { try countSquares(CofiringCounts($0), sharing: sharing) } ?? [])
    case .galaxy: return .numbers(try Galaxy(points, seed: seed, sharing: sharing).components.eigenvalues)
    case .regression:
      let model = LogisticRegression(points, labels: cloud.labels, classCount: sizes.lobes)
      return .labels(model.classes(of: points))
    }
  }

  /// Looks at every count once, so that none can be left out.
  private func countSquares(_ counts: CofiringCounts, sharing: Sharing) throws -> [Double] {
    try sharing.rows(counts.record.featureCount, width: 1, repeating: 0.0) { rows, target in
      counts.forEachTile(of: rows) { tile in
        for (place, row) in tile.rows.enumerated() {
          target[row - rows.lowerBound] += Double(tile[row: place].reduce(0) { $0 + UInt64($1) * UInt64($1) })
        }
      }
    }
  }
}

import MessagePassing

/// Spectral clustering of millions of points by their affinities to a few of them, the landmarks (the method of
/// Nyström; Fowlkes, Belongie, Chung & Malik 2004, IEEE Trans. Pattern Anal. Mach. Intell. 26, 214).
///
/// With the affinities C of all points to landmarks and W among landmarks, 1 for a point to itself, C W⁺ Cᵀ stands for
/// those of all points, and its eigenvectors after normalization are found exactly. C is computed anew in each of three
/// passes, of points · landmarks · dimension multiplications; another points · landmarks² are in double.
public struct LandmarkClustering: Sendable {
  /// The cluster of each point, the largest cluster first; −1: a point whose affinities come to nothing. `[points]`
  public let labels: [Int32]
  /// The number of clusters.
  public let clusterCount: Int
  /// Eigenvalues of the normalized approximation, the largest first.
  public let eigenvalues: [Double]
  /// The number of landmarks.
  public let landmarkCount: Int
  /// How far the eigenvectors are from being those of the affinity itself: ‖D⁻¹ A x − λ x‖ / ‖λ x‖ over all but the
  /// first, in the exact rows of a sample of points.
  public let error: Double

  /// The number of clusters as in `SpectralClustering`. An error if there are fewer landmarks than clusters.
  /// Collective.
  public init(
    _ affinity: some EntryAffinity, clusterCount: Int?, landmarkCount: Int = 500, sampleCount: Int = 100, seed: UInt64,
    sharing: Sharing = Sharing()
  ) throws {
    let most = min(landmarkCount, affinity.count)
    guard (clusterCount ?? 2) >= 1, (clusterCount ?? 2) <= most else {
      throw GeometryError(
        "clustering \(affinity.count) points by \(most) landmarks into \(clusterCount ?? 2) clusters is not possible: "
          + "ask for 1 to \(most) clusters, or for more landmarks")
    }
    self.landmarkCount = most
    let columns = LandmarkColumns(
      affinity, count: most, seed: seed, stream: .landmarks, sharing: sharing)
    let vectors = try LandmarkEigenvectors(
      of: columns, count: clusterCount ?? SpectralClustering.mostClusters + 1)
    eigenvalues = vectors.values
    let chosen = min(clusterCount ?? SpectralClustering.gap(in: vectors.values, from: 1), vectors.values.count)
    let present = vectors.degrees.indices.filter { vectors.degrees[$0] > 0 }
    guard present.count >= chosen else {
      throw GeometryError(
        "clustering \(affinity.count) points found affinities to the landmarks at \(present.count) only: use other "
          + "affinities"
      )
    }
    let embedding = vectors.vectors[columns: 0..<chosen]
    let found = KMeans(embedding[rows: present], clusterCount: chosen, seed: seed).labels
    var labels = Array(repeating: Int32(-1), count: affinity.count)
    for (point, label) in zip(present, found) { labels[point] = label }
    (self.labels, self.clusterCount) = SpectralClustering.largestFirst(labels)
    let sample = LandmarkColumns(
      affinity, count: min(sampleCount, affinity.count), seed: seed, stream: .sample, sharing: sharing)
    error = try vectors.error(of: chosen, in: sample)
  }
}

import LinearAlgebra
import MessagePassing

/// Clusters of points by the leading eigenvectors of their normalized affinity (Ng, Jordan & Weiss 2002; von Luxburg
/// 2007), embedded as in scikit-learn: entries divided by the roots of the degrees, and clustered by k-means.
///
/// A disconnected affinity is clustered component by component: how many clusters each gets, the leading eigenvalues of
/// all of them together decide. Where there are more components than clusters are asked for, the largest get one each,
/// and the points of the others are in none: −1, as are points without any affinity.
public struct SpectralClustering: Sendable {
  /// The most clusters that are looked for where no number is given.
  static let mostClusters = 32

  /// The cluster of each point, the largest cluster first; −1: in none. `[points]`
  public let labels: [Int32]
  /// The number of clusters.
  public let clusterCount: Int
  /// The leading eigenvalues of the normalized affinity, the largest first: one for each cluster, and some more where
  /// no number of clusters was given.
  public let eigenvalues: [Double]
  /// Components of at least two points.
  public let componentCount: Int
  /// Points without affinity to any other.
  public let isolatedCount: Int
  /// Points of components too small for a cluster.
  public let leftOutCount: Int
  /// ‖M x − λ x‖ of the eigenvectors used, where it is largest; 0 where none but those of components are.
  public let residual: Double

  /// Without a number of clusters, the largest gap between eigenvalues gives it (von Luxburg 2007, §8.3), from 2 to 32.
  /// An error if there are fewer points than clusters, or no affinities. Collective.
  public init(_ affinity: some Affinity, clusterCount: Int?, seed: UInt64, sharing: Sharing = Sharing()) throws {
    let count = affinity.count
    if let clusterCount, clusterCount < 1 || clusterCount > count {
      throw GeometryError(
        "clustering \(count) points into \(clusterCount) clusters is not possible: ask for 1 to \(count) clusters")
    }
    let components = try affinity.components(sharing: sharing)
    componentCount = components.sizes.count { $0 > 1 }
    isolatedCount = components.sizes.count - componentCount
    guard componentCount > 0 else {
      throw GeometryError(
        "clustering \(count) points found no affinity above 0 between any two of them: use another affinity")
    }
    let matrix = try NormalizedAffinity(affinity, sharing: sharing)
    let used = min(componentCount, clusterCount ?? SpectralClustering.mostClusters)
    let trivial = matrix.eigenvectors(of: components, count: used)
    let wanted = (clusterCount ?? min(SpectralClustering.mostClusters + 1, count)) - used
    let leading = try LeadingEigenvectors(of: matrix, besides: trivial, count: wanted, seed: seed)
    eigenvalues = Array(repeating: 1, count: used) + leading.values
    residual = leading.residual
    let chosen = (clusterCount ?? SpectralClustering.gap(in: eigenvalues, from: used)) - used
    let vectors = leading.vectors[rows: 0..<min(chosen, leading.values.count)]
    let embeddings = try SpectralClustering.embeddings(vectors, of: components, first: used, scales: matrix.scales)
    var (labels, found) = (Array(repeating: Int32(-1), count: count), Int32(0))
    for (points, embedding) in embeddings {
      let own = KMeans(embedding, clusterCount: embedding.columns + 1, seed: seed).labels
      for (point, label) in zip(points, own) { labels[point] = found + label }
      found += Int32(embedding.columns + 1)
    }
    (self.labels, self.clusterCount) = SpectralClustering.largestFirst(labels)
    leftOutCount = labels.count { $0 < 0 } - isolatedCount
  }

  /// The number of eigenvalues before the largest gap.
  static func gap(in values: [Double], from least: Int) -> Int {
    let places = values.indices.filter { $0 >= max(2, least) }
    return places.max { values[$0 - 1] - values[$0] < values[$1 - 1] - values[$1] } ?? values.count
  }

  /// The points of the first components, and their places in the eigenvectors that are of the component,
  /// `[points, dimension]`.
  ///
  /// Each eigenvector is of one component, but where those of two have one eigenvalue, mixtures of them are found: the
  /// directions that lie in a component to the largest part are taken for it.
  private static func embeddings(
    _ vectors: DoubleMatrix, of components: Components, first: Int, scales: [Double]
  ) throws -> [(points: [Int], places: DoubleMatrix)] {
    var members: [[Int]] = Array(repeating: [], count: first)
    for (point, component) in components.labels.enumerated() where component < first {
      members[Int(component)].append(point)
    }
    let parts = members.map { vectors[columns: $0] }
    let shares = try parts.map { try SymmetricEigen($0.timesTranspose($0)) }
    var dimensions = Array(repeating: 0, count: first)
    for _ in 0..<vectors.rows {
      let next = dimensions.indices.max { shares[$0].values[dimensions[$0]] < shares[$1].values[dimensions[$1]] }
      if let next { dimensions[next] += 1 }
    }
    return members.indices.map { component in
      let directions = shares[component].vectors[columns: 0..<dimensions[component]]
      var places = parts[component].transposeTimes(directions)
      for (row, point) in members[component].enumerated() {
        for column in 0..<places.columns { places[row, column] *= scales[point] }
      }
      return (members[component], places)
    }
  }

  /// Clusters numbered by their size, of equally large ones that of the first point first, and how many have points.
  static func largestFirst(_ labels: [Int32]) -> ([Int32], Int) {
    var (sizes, firsts): ([Int32: Int], [Int32: Int]) = ([:], [:])
    for (point, label) in labels.enumerated() where label >= 0 {
      sizes[label, default: 0] += 1
      if firsts[label] == nil { firsts[label] = point }
    }
    let order = sizes.keys.sorted { (-(sizes[$0] ?? 0), firsts[$0] ?? 0) < (-(sizes[$1] ?? 0), firsts[$1] ?? 0) }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, Int32($0)) })
    return (labels.map { places[$0] ?? -1 }, order.count)
  }
}

import LinearAlgebra

/// A partition of points into clusters of exactly the same size, close together around their means.
///
/// The clusters are those of balanced Lloyd iterations, each of which assigns all points to the means at the least
/// total cost (Malinen and Fränti 2014, S+SSPR, 32–41; as "parameter clustering" of MoEfication, Zhang et al. 2022,
/// arXiv 2110.01786); then points of different clusters are exchanged while that brings them closer together, which
/// the iterations alone do not find: where clusters are small, every point is near to the mean that it is part of.
public struct BalancedPartition: Equatable, Sendable {
  /// The cluster of each point, `[points]`.
  public let labels: [Int32]
  /// The number of clusters.
  public let clusterCount: Int
  /// The sum over points of the squared distance to the mean of their cluster.
  public let objective: Double

  private static let roundLimit = 100

  /// Takes clusters of points `[points, dimension]` as they are.
  public init(_ points: DoubleMatrix, labels: [Int32], clusterCount: Int) {
    precondition(labels.count == points.rows && points.rows > 0, "a cluster of each point")
    self.labels = labels
    self.clusterCount = clusterCount
    let means = BalancedPartition.means(of: points, labels, clusterCount)
    var sum = 0.0
    for point in 0..<points.rows {
      let start = Int(labels[point]) * points.columns
      for place in 0..<points.columns {
        let distance = points.values[point * points.columns + place] - means.values[start + place]
        sum += distance * distance
      }
    }
    objective = sum
  }

  /// Finds clusters of points `[points, dimension]`, whose number divides that of the points. The first means are the
  /// points that `centres` numbers, one for each cluster.
  ///
  /// For n points and k clusters a round takes 2 n k · dimension operations and some n k² steps; there are some 20
  /// rounds, and 100 at most. The exchanges keep 4 n² bytes, and take 2 n² · dimension operations and then some n² for
  /// each of their rounds, of which there are some tens to hundreds.
  public init(_ points: DoubleMatrix, centres: [Int]) {
    precondition(!centres.isEmpty && points.rows % centres.count == 0, "clusters of the same number of points")
    var labels = BalancedPartition.assigned(points, to: points[rows: centres])
    for _ in 0..<BalancedPartition.roundLimit {
      let next = BalancedPartition.assigned(
        points, to: BalancedPartition.means(of: points, labels, centres.count))
      if next == labels { break }
      labels = next
    }
    var exchange = PointExchange(points, labels: labels, clusterCount: centres.count)
    exchange.run()
    self.init(points, labels: exchange.labels, clusterCount: centres.count)
  }

  /// Operations that finding clusters takes, about.
  public static func operations(points: Int, dimension: Int, clusters: Int) -> Double {
    let (points, dimension, clusters) = (Double(points), Double(dimension), Double(clusters))
    return 20 * points * clusters * (2 * dimension + 4 * clusters) + points * points * (2 * dimension + 5000)
  }

  // MARK: Rounds

  private static func means(of points: DoubleMatrix, _ labels: [Int32], _ clusterCount: Int) -> DoubleMatrix {
    var means = DoubleMatrix(rows: clusterCount, columns: points.columns)
    var counts = Array(repeating: 0.0, count: clusterCount)
    for point in 0..<points.rows {
      let cluster = Int(labels[point])
      counts[cluster] += 1
      for place in 0..<points.columns {
        means.values[cluster * points.columns + place] += points.values[point * points.columns + place]
      }
    }
    for cluster in 0..<clusterCount where counts[cluster] > 0 {
      for place in 0..<points.columns { means.values[cluster * points.columns + place] /= counts[cluster] }
    }
    return means
  }

  /// The balanced assignment to centres at the least sum of squared distances; what all centres have in common of
  /// these, the squared length of the point, is left out.
  private static func assigned(_ points: DoubleMatrix, to centres: DoubleMatrix) -> [Int32] {
    var costs = points.timesTranspose(centres)
    let squares = (0..<centres.rows).map { centre in centres[row: centre].reduce(0) { $0 + $1 * $1 } }
    for place in costs.values.indices { costs.values[place] = squares[place % centres.rows] - 2 * costs.values[place] }
    return BalancedAssignment(costs: costs, capacity: points.rows / centres.rows).labels
  }
}

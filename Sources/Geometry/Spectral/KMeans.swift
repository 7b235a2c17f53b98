import Basics
import Foundation
import LinearAlgebra

/// Clusters of points around their means: the best of several seeded starts by greedy k-means++ (Arthur & Vassilvitskii
/// 2007; with as many trials as in scikit-learn), each improved step by step (Lloyd 1982).
public struct KMeans: Sendable {
  /// Points on which the starts compete; the best one goes on with all.
  private static let sampleLimit = 20_000
  private static let stepLimit = 300
  /// Centres that move by less than this part of the points' variance have arrived (as in scikit-learn).
  private static let tolerance = 1e-4

  /// The cluster of each point, `[points]`.
  public private(set) var labels: [Int32]
  /// The mean of each cluster's points, `[clusters, dimension]`.
  public private(set) var centres: DoubleMatrix
  /// The sum of the squares of the distances of points from their centres.
  public private(set) var inertia: Double

  /// `points` are `[points, dimension]`, no fewer than clusters. Where fewer are distinct, some clusters have no
  /// points.
  public init(_ points: DoubleMatrix, clusterCount: Int, starts: Int = 10, seed: UInt64) {
    precondition(clusterCount > 0 && clusterCount <= points.rows && starts > 0, "clusters of \(points.rows) points")
    var random = RandomStream(seed: seed, stream: .sample, index: 0)
    let sample =
      KMeans.sampleLimit < points.rows
      ? points[rows: random.permutation(points.rows).prefix(max(clusterCount, KMeans.sampleLimit))] : points
    let results = (0..<starts).map { start in
      var random = RandomStream(seed: seed, stream: .centres, index: start)
      return KMeans(sample, from: KMeans.centres(clusterCount, among: sample, &random))
    }
    let best = results.reduce(results[0]) { $1.inertia < $0.inertia ? $1 : $0 }
    self = sample.rows < points.rows ? KMeans(points, from: best.centres) : best
  }

  /// Steps until no point changes its cluster, or the centres have arrived.
  private init(_ points: DoubleMatrix, from start: DoubleMatrix) {
    centres = start
    var nearest = NearestCentres(of: points, among: centres)
    let variance = KMeans.variance(of: points)
    for _ in 0..<KMeans.stepLimit {
      let means = nearest.means(of: points, instead: centres)
      let shift = zip(means.values, centres.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let next = NearestCentres(of: points, among: means)
      let arrived = next.labels == nearest.labels || shift <= KMeans.tolerance * variance
      (centres, nearest) = (means, next)
      if arrived { break }
    }
    labels = nearest.labels
    inertia = nearest.squares.reduce(0, +)
  }

  /// Each one the best of a few points drawn in proportion to the squares of their distances from the centres before.
  private static func centres(_ count: Int, among points: DoubleMatrix, _ random: inout RandomStream) -> DoubleMatrix {
    let trials = 2 + Int(log(Double(count)))
    var chosen = [random.below(points.rows)]
    var squares = points.squaredDistances(from: points[rows: chosen]).values
    while chosen.count < count {
      let candidates = (0..<trials).map { _ in random.place(by: squares) }
      let distances = points.squaredDistances(from: points[rows: candidates])
      var best = (place: 0, sum: Double.infinity)
      for trial in 0..<trials {
        var sum = 0.0
        for (point, square) in squares.enumerated() { sum += min(square, distances[point, trial]) }
        if sum < best.sum { best = (trial, sum) }
      }
      chosen.append(candidates[best.place])
      for point in squares.indices { squares[point] = min(squares[point], distances[point, best.place]) }
    }
    return points[rows: chosen]
  }

  /// The mean over the dimensions.
  private static func variance(of points: DoubleMatrix) -> Double {
    var (sums, squares) = (Array(repeating: 0.0, count: points.columns), 0.0)
    for row in 0..<points.rows {
      for column in 0..<points.columns {
        sums[column] += points[row, column]
        squares += points[row, column] * points[row, column]
      }
    }
    let count = Double(points.rows)
    let means = sums.reduce(0) { $0 + ($1 / count) * ($1 / count) }
    return max(0, squares / count - means) / Double(max(1, points.columns))
  }
}

/// The centre nearest to each point.
private struct NearestCentres {
  let labels: [Int32]
  /// The squared distance of each point from the nearest centre so far.
  let squares: [Double]

  /// The first of equally near ones.
  init(of points: DoubleMatrix, among centres: DoubleMatrix) {
    let distances = points.squaredDistances(from: centres)
    var labels = Array(repeating: Int32(0), count: points.rows)
    var squares = Array(repeating: 0.0, count: points.rows)
    distances.values.withUnsafeBufferPointer { distances in
      for point in labels.indices {
        let start = point * centres.rows
        var (label, least) = (0, distances[start])
        for centre in 1..<max(1, centres.rows) where distances[start + centre] < least {
          (label, least) = (centre, distances[start + centre])
        }
        (labels[point], squares[point]) = (Int32(label), least)
      }
    }
    (self.labels, self.squares) = (labels, squares)
  }

  /// A cluster without points moves to the point that is farthest from its own centre, if it is not there already.
  func means(of points: DoubleMatrix, instead centres: DoubleMatrix) -> DoubleMatrix {
    var (sums, counts) = (
      DoubleMatrix(rows: centres.rows, columns: centres.columns), Array(repeating: 0, count: centres.rows)
    )
    for (point, label) in labels.enumerated() {
      counts[Int(label)] += 1
      for column in 0..<points.columns {
        sums.values[Int(label) * points.columns + column] += points.values[point * points.columns + column]
      }
    }
    var far = squares
    for centre in counts.indices {
      let farthest = counts[centre] > 0 ? nil : far.indices.max { far[$0] < far[$1] }
      for column in 0..<points.columns {
        sums[centre, column] = farthest.map { points[$0, column] } ?? sums[centre, column] / Double(counts[centre])
      }
      if let farthest { far[farthest] = 0 }
    }
    return sums
  }
}

extension DoubleMatrix {
  /// The squared distance of every row from every one of the others, `[rows, others]`.
  fileprivate func squaredDistances(from others: DoubleMatrix) -> DoubleMatrix {
    var distances = timesTranspose(others)
    let squares = (0..<others.rows).map { row in others[row: row].reduce(0) { $0 + $1 * $1 } }
    for row in 0..<rows {
      let own = self[row: row].reduce(0) { $0 + $1 * $1 }
      for other in 0..<others.rows {
        let place = row * others.rows + other
        distances.values[place] = max(0, own + squares[other] - 2 * distances.values[place])
      }
    }
    return distances
  }
}

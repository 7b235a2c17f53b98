import Basics
import Foundation
import Geometry
import LinearAlgebra

/// Clusters of points by k-means that any program can follow: the best of ten starts, each from the points that
/// `PortableRandom` puts first.
///
/// Geometry's `KMeans` begins with k-means++ and ends within a tolerance, so another program could not find the same
/// clusters.
package struct PortableClusters: Equatable, Sendable {
  /// The cluster of each point.
  package let labels: [Int]
  /// The mean of each cluster's points, `[cluster, dimension]`.
  package let centres: DoubleMatrix

  private static let starts = 10
  private static let rounds = 100

  /// Clusters of `points`, `[point, dimension]`, of which there are at least `count`: Lloyd's steps until nothing
  /// changes, from the points that come first by the digest of "SEED:START:centre:POINT". A cluster that loses all its
  /// points stays where it is; of equally good starts the first is taken.
  package init(_ points: DoubleMatrix, count: Int, seed: Int) {
    precondition((1...points.rows).contains(count), "no more clusters than points")
    var best: (sum: Double, labels: [Int], centres: DoubleMatrix)?
    for start in 0..<Self.starts {
      let first = PortableRandom.order(points.rows) { "\(seed):\(start):centre:\($0)" }.prefix(count)
      let found = Self.improved(points, from: points[rows: first])
      let sum = Self.nearest(points, found.centres).squares.reduce(0, +)
      if sum < best?.sum ?? .infinity { best = (sum, found.labels, found.centres) }
    }
    labels = best?.labels ?? points.rowRange.map { _ in 0 }
    centres = best?.centres ?? points[rows: 0..<count]
  }

  private static func improved(
    _ points: DoubleMatrix, from start: DoubleMatrix
  ) -> (labels: [Int], centres: DoubleMatrix) {
    var (labels, centres) = ([Int](), start)
    for _ in 0..<rounds {
      let new = nearest(points, centres).labels
      if new == labels { break }
      labels = new
      centres = means(points, labels, instead: centres)
    }
    return (labels, centres)
  }

  private static func means(_ points: DoubleMatrix, _ labels: [Int], instead centres: DoubleMatrix) -> DoubleMatrix {
    var sums = DoubleMatrix(rows: centres.rows, columns: centres.columns)
    var counts = [Double](repeating: 0, count: centres.rows)
    let width = points.columns
    for (point, label) in labels.enumerated() {
      counts[label] += 1
      for column in 0..<width { sums.values[label * width + column] += points.values[point * width + column] }
    }
    for (label, count) in counts.enumerated() {
      for place in label * width..<(label + 1) * width {
        sums.values[place] = count > 0 ? sums.values[place] / count : centres.values[place]
      }
    }
    return sums
  }

  /// The centre nearest to each point, of equally near ones the first, and the square of its distance.
  static func nearest(_ points: DoubleMatrix, _ centres: DoubleMatrix) -> (labels: [Int], squares: [Double]) {
    var (labels, squares) = (
      [Int](repeating: 0, count: points.rows), [Double](repeating: .infinity, count: points.rows)
    )
    let width = points.columns
    points.values.withUnsafeBufferPointer { points in
      centres.values.withUnsafeBufferPointer { values in
        for point in labels.indices {
          for centre in 0..<centres.rows {
            var sum = 0.0
            for column in 0..<width {
              let difference = points[point * width + column] - values[centre * width + column]
              sum += difference * difference
            }
            if sum < squares[point] { (labels[point], squares[point]) = (centre, sum) }
          }
        }
      }
    }
    return (labels, squares)
  }

  // MARK: Measures

  /// The number of points of each cluster.
  package var sizes: [Int] {
    labels.reduce(into: [Int](repeating: 0, count: centres.rows)) { $0[$1] += 1 }
  }

  /// The share of the points in each cluster.
  package var shares: [Double] { sizes.map { Double($0) / Double(labels.count) } }

  /// The entropy of the shares in bits: 0 where all points are together.
  package var bits: Double {
    max(0, shares.reduce(0) { $0 - ($1 > 0 ? $1 * log2($1) : 0) })
  }

  /// The mean silhouette of the points, which the clusters are of, by Euclidean distance.
  package func silhouette(_ points: DoubleMatrix) -> Double {
    let cloud = PointCloud(dimension: points.columns, values: points.values.map { Float($0) })
    return Silhouette(cloud, labels: labels.map { Int32($0) }).mean
  }
}

extension DoubleMatrix {
  /// The numbers of the rows.
  var rowRange: Range<Int> { 0..<rows }
}

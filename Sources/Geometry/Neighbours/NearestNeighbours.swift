import CKernels
import Foundation
import LinearAlgebra
import MessagePassing

/// The nearest others of each point, exactly: the nearest first, and of equally near ones those of smaller numbers.
///
/// count² · dimension floating-point operations: float32 products of each pair of points once, of which only those near
/// enough are looked at. Distances, and with them the choice, are of double precision: float32 leaves a few candidates
/// more than are asked for, and where its rounding could have left out one that belongs there, the point is compared
/// with all others in double.
public struct NearestNeighbours: Sendable {
  /// The distance by which neighbours are near.
  public enum Metric: Sendable {
    /// The length of the difference.
    case euclidean
    /// 1 − the cosine of the angle between the two; no point may be of length 0.
    case cosine
  }

  /// Neighbours of each point.
  public let neighbourCount: Int
  /// The neighbours of each point, nearest first, `[count, neighbourCount]`.
  public let neighbours: [Int32]
  /// Their distances, `[count, neighbourCount]`.
  public let distances: [Double]

  /// There must be more points than neighbours. An error only if ranks fail to exchange what they found. Collective.
  public init(
    _ cloud: PointCloud, neighbourCount: Int, metric: Metric = .euclidean, sharing: Sharing = Sharing()
  ) throws {
    precondition(neighbourCount >= 0 && neighbourCount < max(1, cloud.count), "\(neighbourCount) others of a point")
    self.neighbourCount = neighbourCount
    guard neighbourCount > 0 else {
      (neighbours, distances) = ([], [])
      return
    }
    let own = sharing.ownRange(of: cloud.count)
    let candidates = NearestCandidates(cloud, own: own, atLeast: neighbourCount, metric: metric, sharing: sharing)
    let none = Neighbour(distance: 0, number: 0)
    let found = try sharing.rows(cloud.count, width: neighbourCount, repeating: none) { rows, target in
      let distance = PairDistance(cloud, metric)
      for (place, point) in rows.enumerated() {
        let nearest = candidates.nearest(of: point, count: neighbourCount, by: distance)
        for (rank, neighbour) in nearest.enumerated() { target[place * neighbourCount + rank] = neighbour }
      }
    }
    neighbours = found.map { Int32($0.number) }
    distances = found.map(\.distance)
  }
}

/// Another point and how far away it is.
struct Neighbour: BitwiseCopyable, Comparable {
  let distance: Double
  let number: Int

  static func < (left: Neighbour, right: Neighbour) -> Bool {
    (left.distance, left.number) < (right.distance, right.number)
  }
}

/// Distances of pairs of points, summed in double.
struct PairDistance {
  private let cloud: PointCloud
  private let metric: NearestNeighbours.Metric

  init(_ cloud: PointCloud, _ metric: NearestNeighbours.Metric) {
    self.cloud = cloud
    self.metric = metric
  }

  func callAsFunction(_ left: Int, _ right: Int) -> Double {
    let dimension = cloud.dimension
    return cloud.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return 0 }
      let (x, y) = (base + left * dimension, base + right * dimension)
      switch metric {
      case .euclidean: return locus_squared_distance(x, y, dimension).squareRoot()
      case .cosine:
        var (product, xx, yy) = (0.0, 0.0, 0.0)
        for place in 0..<dimension {
          let (a, b) = (Double(x[place]), Double(y[place]))
          product += a * b
          xx += a * a
          yy += b * b
        }
        return max(0, 1 - product / (xx * yy).squareRoot())
      }
    }
  }
}

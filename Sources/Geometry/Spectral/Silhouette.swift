import CKernels
import LinearAlgebra

/// How much nearer each point is to its own class than to the nearest other one, from −1 to 1 (Rousseeuw 1987, J.
/// Comput. Appl. Math. 20, 53–65); 0 for a point that is alone in its class, not a number for one whose label is below
/// 0.
///
/// Exact: all distances between labelled points, count² · dimension operations, a tile of them in memory at a time. By
/// the cosine it is count · dimension · classes operations, because those distances can be summed before they are
/// taken.
public struct Silhouette: Sendable {
  /// The distance between points.
  public enum Metric: Sendable {
    /// The length of the difference.
    case euclidean
    /// 1 − cosine; a point of length 0 is at a distance of 1 from all.
    case cosine
  }

  /// The silhouette of each point.
  public let values: [Double]

  /// Tiles of this shape whatever the size of the cloud, so that the last bits of a product do not depend on it.
  private static let tile = 256

  /// Takes a label for each point; points with a label below 0 count nowhere.
  public init(_ cloud: PointCloud, labels: [Int32], metric: Metric = .euclidean) {
    precondition(labels.count == cloud.count, "a label for each point")
    // By class, so that a class is a run of columns of a tile.
    let order = labels.indices.filter { labels[$0] >= 0 }.sorted { (labels[$0], $0) < (labels[$1], $1) }
    var bounds: [Int] = []
    for (place, point) in order.enumerated() where place == 0 || labels[order[place - 1]] != labels[point] {
      bounds.append(place)
    }
    bounds.append(order.count)
    var values = Array(repeating: Double.nan, count: labels.count)
    guard !order.isEmpty else {
      self.values = values
      return
    }
    let points = cloud[points: order]
    let sums = metric == .euclidean ? Silhouette.distances(points, bounds) : Silhouette.angles(points, bounds)
    let classCount = bounds.count - 1
    for own in 0..<classCount {
      for place in bounds[own]..<bounds[own + 1] {
        let sum = sums[place * classCount..<(place + 1) * classCount]
        values[order[place]] = Silhouette.value(Array(sum), own: own, bounds)
      }
    }
    self.values = values
  }

  /// The mean over the labelled points; not a number without any.
  public var mean: Double {
    let known = values.filter { !$0.isNaN }
    return known.reduce(0, +) / Double(known.count)
  }

  // MARK: Private

  /// From the sums of a point's distances to each class.
  private static func value(_ sums: [Double], own: Int, _ bounds: [Int]) -> Double {
    let sizes = zip(bounds.dropFirst(), bounds).map { Double($0 - $1) }
    guard sizes.count > 1, sizes[own] > 1 else { return 0 }
    let inside = max(0, sums[own]) / (sizes[own] - 1)
    let outside = sums.indices.reduce(Double.infinity) { $1 == own ? $0 : min($0, max(0, sums[$1]) / sizes[$1]) }
    // Both are zero, but for rounding, where equal points are in two classes.
    return max(inside, outside) > 1e-12 ? (outside - inside) / max(inside, outside) : 0
  }

  /// The sum of 1 − cosine to each class, `[count, classes]`.
  private static func angles(_ points: PointCloud, _ bounds: [Int]) -> [Double] {
    var directions = points.matrix
    for (point, length) in points.lengths.enumerated() where length > 0 {
      for place in point * points.dimension..<(point + 1) * points.dimension { directions.values[place] /= length }
    }
    let classCount = bounds.count - 1
    var totals = DoubleMatrix(rows: classCount, columns: points.dimension)
    for own in 0..<classCount {
      for point in bounds[own]..<bounds[own + 1] {
        for place in 0..<points.dimension { totals[own, place] += directions[point, place] }
      }
    }
    var sums = directions.timesTranspose(totals)
    for own in 0..<classCount {
      let size = Double(bounds[own + 1] - bounds[own])
      for point in 0..<points.count {
        // The point itself is at no distance, which a point of length 0 does not say.
        let isItself = bounds[own] <= point && point < bounds[own + 1] && directions[row: point].allSatisfy { $0 == 0 }
        sums[point, own] = size - sums[point, own] - (isItself ? 1 : 0)
      }
    }
    return sums.values
  }

  /// The sum of distances to each class, `[count, classes]`.
  private static func distances(_ points: PointCloud, _ bounds: [Int]) -> [Double] {
    let classCount = bounds.count - 1
    let tiles = stride(from: 0, to: points.count, by: tile).map { $0..<min($0 + tile, points.count) }
    let matrices = tiles.map { points[points: $0].matrix }
    let squares = points.lengths.map { $0 * $0 }
    var (sums, row) = (Array(repeating: 0.0, count: points.count * classCount), Array(repeating: 0.0, count: tile))
    for (own, left) in zip(tiles, matrices) {
      for (other, right) in zip(tiles, matrices) {
        let products = left.timesTranspose(right)
        let classes = (0..<classCount).filter { bounds[$0] < other.upperBound && bounds[$0 + 1] > other.lowerBound }
        for point in own {
          distances(of: point, to: other, products[row: point - own.lowerBound], squares, points, &row)
          for place in classes {
            let run = (bounds[place]..<bounds[place + 1]).clamped(to: other)
            var sum = 0.0
            for column in run { sum += row[column - other.lowerBound] }
            sums[point * classCount + place] += sum
          }
        }
      }
    }
    return sums
  }

  /// The distances of a point to a tile of others, from its products with them.
  private static func distances(
    of point: Int, to others: Range<Int>, _ products: ArraySlice<Double>, _ squares: [Double], _ points: PointCloud,
    _ distances: inout [Double]
  ) {
    let square = squares[point]
    products.withUnsafeBufferPointer { products in
      squares.withUnsafeBufferPointer { squares in
        distances.withUnsafeMutableBufferPointer { distances in
          for place in 0..<others.count {
            let both = square + squares[others.lowerBound + place]
            let apart = both - 2 * products[place]
            distances[place] = apart > both * 1e-4 ? apart.squareRoot() : -1
          }
        }
      }
    }
    // The difference of near points is taken before it is squared, or nothing would be left of it.
    for place in 0..<others.count where distances[place] < 0 {
      let other = others.lowerBound + place
      distances[place] = points.values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return 0 }
        let (first, second) = (base + point * points.dimension, base + other * points.dimension)
        return locus_squared_distance(first, second, points.dimension).squareRoot()
      }
    }
  }
}

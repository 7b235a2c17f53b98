import CKernels
import LinearAlgebra
import MessagePassing

/// For each point of a rank the others that float32 products find nearest, some more than are wanted, and how near
/// those left out may be.
struct NearestCandidates: Sendable {
  /// More than are wanted: as many as rounding may put out of order.
  private static let spare = 6
  private static let blockSize = EntryTile.size

  private let count: Int
  private let metric: NearestNeighbours.Metric
  /// Half the squares of the lengths of the points as they are compared, `[count]`.
  private let halves: [Float]
  private let largestHalf: Double
  /// The rounding of products and of what is made with them, relative to the sum of the halves of the two points.
  private let rounding: Double
  /// The lists of each thread.
  private let lists: [NearestLists]

  init(_ cloud: PointCloud, own: Range<Int>, atLeast wanted: Int, metric: NearestNeighbours.Metric, sharing: Sharing) {
    (count, self.metric) = (cloud.count, metric)
    rounding = Double(locus_product_rounding(cloud.dimension)) + 16 * 0x1p-24
    let points = NearestCandidates.centred(cloud, metric)
    let halves = points.lengths.map { Float($0 * $0 / 2) }
    self.halves = halves
    largestHalf = Double(halves.max() ?? 0)
    lists = (0..<sharing.threads).map { _ in
      NearestLists(count: cloud.count, own: own, kept: wanted + NearestCandidates.spare)
    }
    let pairs = NearestCandidates.pairs(count: cloud.count, own: own)
    sharing.together(0..<pairs.count) { [lists] thread, piece in
      NearestCandidates.search(points, halves: halves, pairs: pairs[piece], into: lists[thread])
    }
  }

  /// The nearest by exact distances.
  func nearest(of point: Int, count wanted: Int, by distance: PairDistance) -> ArraySlice<Neighbour> {
    let candidates = lists.flatMap { $0[point] }
    let found = candidates.map { Neighbour(distance: distance(point, Int($0)), number: Int($0)) }.sorted()
    if found.count >= wanted, isComplete(point, farthest: found[wanted - 1].distance) { return found[..<wanted] }
    return nearestOfAll(point, wanted, by: distance)
  }

  /// Whether no other can be as near as this.
  private func isComplete(_ point: Int, farthest: Double) -> Bool {
    let bound = lists.reduce(-Float.infinity) { max($0, $1.bound(of: point)) }
    let halfSquare = metric == .cosine ? farthest : farthest * farthest / 2
    return -Double(bound) - rounding * (Double(halves[point]) + largestHalf) > halfSquare
  }

  /// Stops where nothing nearer can come: at enough points in the same place.
  private func nearestOfAll(_ point: Int, _ wanted: Int, by distance: PairDistance) -> ArraySlice<Neighbour> {
    var nearest: [Neighbour] = []
    for number in 0..<count where number != point {
      let neighbour = Neighbour(distance: distance(point, number), number: number)
      if let last = nearest.last, nearest.count == wanted {
        guard neighbour < last else { continue }
        nearest.removeLast()
      }
      nearest.insert(neighbour, at: nearest.firstIndex { neighbour < $0 } ?? nearest.count)
      if nearest.count == wanted, nearest[wanted - 1].distance == 0 { break }
    }
    return nearest[...]
  }

  // MARK: Search

  /// Around the middle, where products cancel least; of length 1 before where angles count.
  private static func centred(_ cloud: PointCloud, _ metric: NearestNeighbours.Metric) -> PointCloud {
    let dimension = cloud.dimension
    let scales = cloud.lengths.map { length in
      precondition(metric == .euclidean || length > 0, "a point of length 0 has no direction")
      return metric == .cosine ? 1 / length : 1
    }
    var mean = Array(repeating: 0.0, count: dimension)
    var values = cloud.values
    for (point, scale) in scales.enumerated() {
      for place in 0..<dimension { mean[place] += Double(values[point * dimension + place]) * scale }
    }
    for place in 0..<dimension { mean[place] /= Double(cloud.count) }
    for (point, scale) in scales.enumerated() {
      for place in 0..<dimension {
        values[point * dimension + place] = Float(Double(values[point * dimension + place]) * scale - mean[place])
      }
    }
    return PointCloud(dimension: dimension, values: values)
  }

  /// Blocks of the rank's points with each other, every two of them once, and with all others.
  private static func pairs(count: Int, own: Range<Int>) -> [(rows: Range<Int>, columns: Range<Int>)] {
    let inner = own.pieces(of: blockSize)
    let outer = (0..<own.lowerBound).pieces(of: blockSize) + (own.upperBound..<count).pieces(of: blockSize)
    return inner.indices.flatMap { first in (inner[first...] + outer).map { (inner[first], $0) } }
  }

  private static func search(
    _ points: PointCloud, halves: [Float], pairs: ArraySlice<(rows: Range<Int>, columns: Range<Int>)>,
    into lists: NearestLists
  ) {
    let (products, workspace) = (Matrix(rows: blockSize, columns: blockSize), ProductWorkspace())
    points.withView { points in
      for (rows, columns) in pairs {
        let target = products.view[rows: 0..<rows.count][columns: 0..<columns.count]
        target.assignProduct(of: points[rows: rows], withTransposeOf: WeightView(points[rows: columns]), in: workspace)
        lists.add(target.reading, rows: rows, columns: columns, halves: halves)
      }
    }
  }
}

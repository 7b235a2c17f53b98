import LinearAlgebra

/// The exchange of points between clusters of equal size, two points of two clusters at a time, while the sum of
/// squared distances to the clusters' means falls.
///
/// With T the sum of a cluster's n points, that sum of squares is Σ|r|² − Σ|T|² / n. Where points i of cluster a and j
/// of b change places it falls by 2 / n times T_a·(r_j − r_i) − T_b·(r_j − r_i) + |r_j − r_i|². In each round every
/// point finds its best partner; then the best exchanges are made, the greatest gain first, in one round of no cluster
/// twice, so that each gains what was foreseen.
struct PointExchange {
  private(set) var labels: [Int32]
  private let count: Int
  private let clusterCount: Int
  /// The products of each two points, `[points, points]`, in single precision, which takes half of the memory.
  private let products: [Float]
  /// The products of sums of clusters with points, `[clusters, points]`.
  private var sums: [Double]
  /// Gains below this are rounding.
  private let tolerance: Double

  /// Products of so many points with all others are taken at a time.
  private static let blockRows = 256

  /// Begins with these clusters.
  init(_ points: DoubleMatrix, labels: [Int32], clusterCount: Int) {
    self.labels = labels
    self.clusterCount = clusterCount
    count = points.rows
    var products: [Float] = []
    products.reserveCapacity(count * count)
    for start in stride(from: 0, to: count, by: Self.blockRows) {
      let block = points[rows: start..<min(start + Self.blockRows, count)].timesTranspose(points)
      products += block.values.lazy.map { Float($0) }
    }
    self.products = products
    var sums = [Double](repeating: 0, count: clusterCount * count)
    for point in 0..<count {
      let start = Int(labels[point]) * count
      for other in 0..<count { sums[start + other] += Double(products[point * count + other]) }
    }
    self.sums = sums
    tolerance = 1e-9 * (0..<count).reduce(0) { max($0, Double(products[$1 * points.rows + $1])) }
  }

  /// Makes exchanges in rounds until not one brings points closer together.
  mutating func run() {
    while true {
      let partners = bestPartners()
      let order = partners.indices.sorted {
        partners[$0].gain == partners[$1].gain ? $0 < $1 : partners[$0].gain > partners[$1].gain
      }
      var isMoved = [Bool](repeating: false, count: clusterCount)
      var isAtRest = true
      for point in order {
        let (gain, partner) = partners[point]
        guard gain > tolerance else { break }
        let (one, other) = (Int(labels[point]), Int(labels[partner]))
        guard !isMoved[one], !isMoved[other] else { continue }
        isMoved[one] = true
        isMoved[other] = true
        isAtRest = false
        exchange(point, partner)
      }
      if isAtRest { return }
    }
  }

  private mutating func exchange(_ point: Int, _ partner: Int) {
    let (one, other) = (Int(labels[point]) * count, Int(labels[partner]) * count)
    for place in 0..<count {
      let change = Double(products[partner * count + place]) - Double(products[point * count + place])
      sums[one + place] += change
      sums[other + place] -= change
    }
    labels.swapAt(point, partner)
  }

  /// The point of another cluster with which each point gains most, and that gain times half a cluster's size.
  private func bestPartners() -> [(gain: Double, partner: Int)] {
    var partners = [(gain: Double, partner: Int)](repeating: (0, 0), count: count)
    let squares = (0..<count).map { Double(products[$0 * count + $0]) }
    let own = (0..<count).map { sums[Int(labels[$0]) * count + $0] }
    for cluster in 0..<clusterCount {
      // Of each point what the cluster's sum draws it more than its own cluster's does.
      let leanings = (0..<count).map { sums[cluster * count + $0] - own[$0] + squares[$0] }
      for point in 0..<count where Int(labels[point]) == cluster {
        var offers = (0..<clusterCount).map { sums[$0 * count + point] - own[point] + squares[point] }
        offers[cluster] = -.infinity
        partners[point] = best(of: point, leanings, offers)
      }
    }
    return partners
  }

  private func best(of point: Int, _ leanings: [Double], _ offers: [Double]) -> (gain: Double, partner: Int) {
    var (best, partner) = (0.0, 0)
    products.withUnsafeBufferPointer { products in
      leanings.withUnsafeBufferPointer { leanings in
        offers.withUnsafeBufferPointer { offers in
          labels.withUnsafeBufferPointer { labels in
            let start = point * count
            for other in 0..<count {
              let gain = leanings[other] + offers[Int(labels[other])] - 2 * Double(products[start + other])
              if gain > best { (best, partner) = (gain, other) }
            }
          }
        }
      }
    }
    return (best, partner)
  }
}

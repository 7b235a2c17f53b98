import Basics
import CKernels
import LinearAlgebra
import MessagePassing

/// The search for pairs of pairs of points with nearly the same difference.
struct DifferenceSearch {
  typealias Quadruple = NearestDifferences.Quadruple

  /// a, b, c, d: from a to b as from c to d.
  typealias Corners = SIMD4<Int32>

  private struct Pair: Hashable {
    let from: Int32
    let to: Int32
  }

  /// A difference in a table: its bucket, and its length to order it by within.
  private struct Entry {
    let bucket: UInt32
    let length: Float
    let pair: Int32
  }

  /// Tables, signs in each, and how many of the next longer differences of a bucket each is compared with.
  private static let tableCount = 16
  private static let signCount = 10
  private static let reach = 12
  /// Differences of a more unequal length make no parallelogram.
  private static let lengthLimit: Float = 0.75

  let limit: Int
  let neighbourCount: Int
  let seed: UInt64

  /// What a search finds.
  struct Found {
    /// The quadruples that are not flat, the nearest to parallelograms first, at most `limit`.
    let quadruples: [Quadruple]
    /// How many are flat among the nearest of all, as many of these as `limit`.
    let flatCount: Int
    /// Pairs of points that were looked at.
    let pairCount: Int
  }

  /// The nearest to parallelograms; flat ones are counted, not listed.
  func best(_ cloud: PointCloud, sharing: Sharing) throws -> Found {
    let pairs = try pairs(cloud, sharing)
    var (proper, flat) = (QuadrupleList(limit: limit), QuadrupleList(limit: limit))
    search(cloud, pairs) { points, gap in
      // Rounding must not lose one that is at the bound.
      guard gap * (1 - 1e-5) <= proper.bound,
        let quadruple = Quadruple(cloud, points, limit: proper.bound)
      else { return }
      if quadruple.isFlat {
        flat.add(quadruple, key: DifferenceSearch.key(points))
      } else {
        proper.add(quadruple, key: DifferenceSearch.key(points))
      }
    }
    let (listed, refused) = (proper.best, flat.best)
    let nearest = (listed.map { ($0, false) } + refused.map { ($0, true) }).sorted { $0.0.isNearer(than: $1.0) }
    return Found(
      quadruples: listed, flatCount: nearest.prefix(limit).count { $0.1 }, pairCount: pairs.count)
  }

  /// How many of some quadruples are compared at all.
  func kept(of quadruples: [[Int]], in cloud: PointCloud, sharing: Sharing) throws -> Int {
    let wanted = Set(quadruples.map { DifferenceSearch.key(Corners($0.map(Int32.init))) })
    var found: Set<Corners> = []
    search(cloud, try pairs(cloud, sharing)) { points, _ in
      let key = DifferenceSearch.key(points)
      if wanted.contains(key) { found.insert(key) }
    }
    return found.count
  }

  // MARK: Private

  /// Neighbours, and as many pairs at random; each once.
  private func pairs(_ cloud: PointCloud, _ sharing: Sharing) throws -> [Pair] {
    let found = try NearestNeighbours(cloud, neighbourCount: neighbourCount, sharing: sharing)
    var pairs = Set(
      found.neighbours.enumerated().map { place, neighbour in
        let point = Int32(place / neighbourCount)
        return Pair(from: min(point, neighbour), to: max(point, neighbour))
      })
    var random = RandomStream(seed: seed, stream: .pairs, index: 0)
    for _ in 0..<pairs.count {
      let (left, right) = (Int32(random.below(cloud.count)), Int32(random.below(cloud.count)))
      if left != right { pairs.insert(Pair(from: min(left, right), to: max(left, right))) }
    }
    return pairs.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  /// Calls `visit` with the points a, b, c, d of pairs of pairs that share a bucket and have no point in common, and
  /// with the length of (b − a) − (d − c) over the mean of those of the two, which is no more than the deviation; of
  /// some several times.
  private func search(_ cloud: PointCloud, _ pairs: [Pair], _ visit: (Corners, Double) -> Void) {
    let lengths = pairs.map { Float(cloud.distance(Int($0.from), Int($0.to))) }
    let matrix = cloud.matrix
    for table in 0..<DifferenceSearch.tableCount {
      var random = RandomStream(seed: seed, stream: .signs, index: table)
      let shadows = matrix.times(random.normals(rows: cloud.dimension, columns: DifferenceSearch.signCount))
      var turned = pairs
      var entries = pairs.enumerated().map { place, pair in
        let bits = DifferenceSearch.signs(shadows, pair)
        guard bits & 1 == 0 else { return Entry(bucket: bits, length: lengths[place], pair: Int32(place)) }
        // A difference and its opposite are one: the first sign is made to be 1.
        turned[place] = Pair(from: pair.to, to: pair.from)
        let mask = (UInt32(1) << DifferenceSearch.signCount) - 1
        return Entry(bucket: ~bits & mask, length: lengths[place], pair: Int32(place))
      }
      entries.sort { ($0.bucket, $0.length, $0.pair) < ($1.bucket, $1.length, $1.pair) }
      var start = 0
      while start < entries.count {
        let end = entries[start...].firstIndex { $0.bucket != entries[start].bucket } ?? entries.count
        compare(entries[start..<end], turned, cloud, visit)
        start = end
      }
    }
  }

  /// The differences of one bucket, each with the next longer ones.
  private func compare(
    _ bucket: ArraySlice<Entry>, _ pairs: [Pair], _ cloud: PointCloud, _ visit: (Corners, Double) -> Void
  ) {
    let own = bucket.map { (pair: pairs[Int($0.pair)], length: $0.length) }
    let differences = cloud.differences(own.map(\.pair.from), own.map(\.pair.to))
    differences.withUnsafeBufferPointer { differences in
      guard let base = differences.baseAddress else { return }
      for (first, left) in own.enumerated() {
        for second in first + 1..<min(first + 1 + DifferenceSearch.reach, own.count) {
          let right = own[second]
          guard left.length >= DifferenceSearch.lengthLimit * right.length else { break }
          let points = Corners(left.pair.from, left.pair.to, right.pair.from, right.pair.to)
          guard points[0] != points[2], points[0] != points[3], points[1] != points[2], points[1] != points[3] else {
            continue
          }
          let square = locus_squared_distance(
            base + first * cloud.dimension, base + second * cloud.dimension, cloud.dimension)
          visit(points, 2 * square.squareRoot() / Double(left.length + right.length))
        }
      }
    }
  }

  private static func signs(_ shadows: DoubleMatrix, _ pair: Pair) -> UInt32 {
    let (from, to) = (Int(pair.from) * signCount, Int(pair.to) * signCount)
    return (0..<signCount).reduce(0) { bits, sign in
      shadows.values[to + sign] > shadows.values[from + sign] ? bits | 1 << UInt32(sign) : bits
    }
  }

  /// The same for all eight ways to name the corners of one parallelogram, by its diagonals: a to d and b to c.
  private static func key(_ points: Corners) -> Corners {
    let (first, second) = (
      (min(points[0], points[3]), max(points[0], points[3])), (min(points[1], points[2]), max(points[1], points[2]))
    )
    return first < second
      ? Corners(first.0, first.1, second.0, second.1) : Corners(second.0, second.1, first.0, first.1)
  }
}

extension PointCloud {
  /// The differences from each point of the one list to each of the other, row-major.
  fileprivate func differences(_ from: [Int32], _ to: [Int32]) -> [Float] {
    [Float](unsafeUninitializedCapacity: from.count * dimension) { differences, count in
      values.withUnsafeBufferPointer { values in
        for row in from.indices {
          let (start, end) = (Int(from[row]) * dimension, Int(to[row]) * dimension)
          for place in 0..<dimension {
            differences.initializeElement(at: row * dimension + place, to: values[end + place] - values[start + place])
          }
        }
      }
      count = from.count * dimension
    }
  }

  /// Between two points, summed in double.
  func distance(_ first: Int, _ second: Int) -> Double {
    zip(self[point: first], self[point: second]).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }.squareRoot()
  }
}

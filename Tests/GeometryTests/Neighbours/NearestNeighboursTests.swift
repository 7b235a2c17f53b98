import Basics
import Foundation
import Geometry
import MessagePassing
import Testing

struct NearestNeighboursTests {
  private func cloud(_ count: Int, _ dimension: Int, seed: UInt64, offset: Double = 0) -> PointCloud {
    var random = RandomStream(seed: seed, stream: 1, index: 0)
    return PointCloud(
      dimension: dimension, values: (0..<count * dimension).map { _ in Float(random.normal() + offset) })
  }

  /// Every pair in double, sorted.
  private func expected(_ cloud: PointCloud, _ count: Int, cosine: Bool = false) -> [Int32] {
    let points = (0..<cloud.count).map { cloud[point: $0].map(Double.init) }
    let product = { (x: [Double], y: [Double]) in zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    return points.indices.flatMap { point in
      let distances = points.map { other in
        guard !cosine else {
          return 1 - product(points[point], other)
            / (product(points[point], points[point]) * product(other, other)).squareRoot()
        }
        return zip(points[point], other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let order = points.indices.filter { $0 != point }.sorted { (distances[$0], $0) < (distances[$1], $1) }
      return order[..<count].map(Int32.init)
    }
  }

  @Test(arguments: [(2, 3, 1), (17, 1, 4), (500, 5, 10), (900, 40, 30)])
  func areTheNearestOfAllPairs(count: Int, dimension: Int, wanted: Int) throws {
    let cloud = cloud(count, dimension, seed: UInt64(count))
    let found = try NearestNeighbours(cloud, neighbourCount: wanted)
    #expect(found.neighbours == expected(cloud, wanted))
    for point in 0..<count {
      let distances = found.distances[point * wanted..<(point + 1) * wanted]
      #expect(distances.elementsEqual(distances.sorted()))
    }
  }

  /// Far from the origin, and in a narrow cone, float32 products alone could not tell points apart.
  @Test func roundingChoosesNobody() throws {
    let far = cloud(400, 8, seed: 5, offset: 5000)
    #expect(try NearestNeighbours(far, neighbourCount: 7).neighbours == expected(far, 7))
    let cone = cloud(400, 8, seed: 6, offset: 300)
    let found = try NearestNeighbours(cone, neighbourCount: 7, metric: .cosine)
    #expect(found.neighbours == expected(cone, 7, cosine: true))
  }

  @Test func ofDuplicatesTheFirstOnesAreTaken() throws {
    let distinct = cloud(10, 4, seed: 7)
    let cloud = PointCloud(dimension: 4, values: (0..<30).flatMap { _ in distinct.values })
    let found = try NearestNeighbours(cloud, neighbourCount: 5)
    #expect(found.distances.allSatisfy { $0 == 0 })
    #expect(Array(found.neighbours[..<5]) == [10, 20, 30, 40, 50])
    #expect(Array(found.neighbours[295 * 5..<296 * 5]) == [5, 15, 25, 35, 45])
  }

  @Test func threadsDoNotMatter() throws {
    let cloud = cloud(1500, 12, seed: 8)
    let alone = try NearestNeighbours(cloud, neighbourCount: 10)
    let shared = try NearestNeighbours(cloud, neighbourCount: 10, sharing: Sharing(threads: 3))
    #expect(alone.neighbours == shared.neighbours && alone.distances == shared.distances)
  }
}

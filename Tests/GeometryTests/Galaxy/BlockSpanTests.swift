import Basics
import Geometry
import Testing

/// The share of a cloud's variance in the span of indicators of blocks.
struct BlockSpanTests {
  private let blocks = [0..<4, 4..<8, 8..<12]

  private func cloud(_ dimension: Int = 24, seed: UInt64, _ point: (inout RandomStream) -> [Double]) -> PointCloud {
    var random = RandomStream(seed: seed, stream: 1, index: 0)
    return PointCloud(dimension: dimension, values: (0..<200).flatMap { _ in point(&random).map(Float.init) })
  }

  private func span(_ cloud: PointCloud, _ blocks: [Range<Int>], seed: UInt64 = 1) throws -> BlockSpan? {
    try BlockSpan(blocks, of: PrincipalComponents(cloud), seed: seed)
  }

  @Test func evenShiftsLieInTheSpan() throws {
    let even = cloud(seed: 1) { random in
      let steps = (0..<3).map { _ in random.normal() }
      let inside = (0..<12).map { (place: Int) -> Double in 5 + steps[place / 4] }
      return inside + Array(repeating: 7.0, count: 12)
    }
    let found = try #require(try span(even, blocks))
    #expect(found.rank == 3 && found.dimension == 24)
    #expect(abs(found.share.value - 1) < 1e-6 && found.share.chance.isLeast && found.share.z > 5)
    // Steps that are as often up as down within a block have no part in it.
    let uneven = cloud(seed: 2) { random in
      let steps = (0..<3).map { _ in random.normal() }
      let inside = (0..<12).map { (place: Int) -> Double in
        place.isMultiple(of: 2) ? steps[place / 4] : -steps[place / 4]
      }
      return inside + Array(repeating: 0.0, count: 12)
    }
    #expect(try #require(try span(uneven, blocks)).share.value < 1e-6)
  }

  @Test func theShareIsThatOfMeansOfBlocks() throws {
    let points = cloud(seed: 3) { random in (0..<24).map { Double($0 + 1) * random.normal() } }
    let rows = points.matrix
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    // A block of four has a unit vector of halves.
    let shadows = blocks.map { block in
      (0..<rows.rows).map { (row: Int) -> Double in block.reduce(0.0) { $0 + rows[row, $1] } / 2 }
    }
    let inside = shadows.map(variance).reduce(0, +)
    let all = (0..<24).map { variance(rows[column: $0]) }.reduce(0, +)
    let found = try #require(try span(points, blocks))
    #expect(abs(found.share.value - inside / all) < 1e-9)
    // Blocks that overlap span the same as their differences do.
    let nested = try #require(try span(points, [0..<4, 0..<8, 4..<12, 0..<12, 4..<8]))
    #expect(nested.rank == 3 && abs(nested.share.value - found.share.value) < 1e-9)
  }

  @Test func whatSpansNothingOrAllIsNone() throws {
    let points = cloud(seed: 4) { random in (0..<24).map { _ in random.normal() } }
    #expect(try span(points, []) == nil)
    #expect(try span(points, (0..<24).map { $0..<$0 + 1 }) == nil)
  }

  @Test func evenCloudsHaveTheirPartOfTheDirections() throws {
    var (large, sum) = (0, 0.0)
    for seed in UInt64(0)..<100 {
      let points = cloud(seed: seed + 10) { random in (0..<24).map { _ in random.normal() } }
      let found = try #require(try span(points, blocks, seed: seed))
      if !(abs(found.share.z) < 3) { large += 1 }
      sum += found.share.value
    }
    #expect(large <= 5)
    #expect(abs(sum / 100 - 3.0 / 24) < 0.01)
  }
}

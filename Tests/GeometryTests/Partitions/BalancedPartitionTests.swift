import Geometry
import LinearAlgebra
import Testing
import TestSupport

struct BalancedPartitionTests {
  init() { BLAS.useThreads(1) }

  private func numbers(_ rows: Int, _ columns: Int, seed: UInt64) -> DoubleMatrix {
    var numbers = SeededNumbers(seed: seed)
    return DoubleMatrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in numbers.normal() })
  }

  // MARK: Assignment

  /// The least cost of all ways to assign items from `item` on.
  private func leastCost(_ costs: DoubleMatrix, _ room: [Int], from item: Int = 0) -> Double {
    guard item < costs.rows else { return 0 }
    return room.indices.filter { room[$0] > 0 }.map { cluster in
      var rest = room
      rest[cluster] -= 1
      return costs[item, cluster] + leastCost(costs, rest, from: item + 1)
    }.min() ?? .infinity
  }

  private func cost(_ costs: DoubleMatrix, _ labels: [Int32]) -> Double {
    labels.enumerated().reduce(0) { $0 + costs[$1.offset, Int($1.element)] }
  }

  @Test(arguments: 0..<12) func assignmentIsThatOfTheSearchThroughAll(seed: Int) {
    let (items, clusters, capacity) = [(6, 2, 3), (6, 3, 2), (8, 4, 2), (7, 3, 3)][seed % 4]
    var costs = numbers(items, clusters, seed: UInt64(seed))
    // Items that all want the same cluster, and equal costs.
    if seed >= 4 { for item in 0..<items { costs[item, 0] -= 3 } }
    if seed >= 8 { costs.values = costs.values.map { $0.rounded() } }
    let labels = BalancedAssignment(costs: costs, capacity: capacity).labels
    for cluster in 0..<clusters { #expect(labels.count { Int($0) == cluster } <= capacity) }
    let least = leastCost(costs, Array(repeating: capacity, count: clusters))
    #expect(abs(cost(costs, labels) - least) < 1e-12)
  }

  // MARK: Partition

  @Test func pointsOfALineAreDividedByHand() {
    let points = DoubleMatrix(rows: 4, columns: 1, values: [0, 10, 1, 11])
    let partition = BalancedPartition(points, centres: [0, 2])
    #expect(partition.labels[0] == partition.labels[2] && partition.labels[1] == partition.labels[3])
    #expect(partition.objective == 1)
    #expect(BalancedPartition(points, labels: [0, 0, 1, 1], clusterCount: 2).objective == 100)
  }

  @Test(arguments: 0..<5) func plantedClustersAreFound(seed: Int) {
    let planted = PlantedCloud(count: 128, clusters: 8, dimension: 16, noise: 0.3, seed: UInt64(seed))
    // The first points are of all clusters, the first of every eight of one alone.
    for centres in [Array(0..<8), (0..<8).map { 8 * $0 }] {
      let partition = BalancedPartition(planted.points.matrix, centres: centres)
      #expect(ContingencyTable(partition.labels, planted.labels).adjustedRandIndex == 1)
    }
  }

  @Test func noExchangeBringsPointsCloser() {
    let points = numbers(24, 5, seed: 3)
    let partition = BalancedPartition(points, centres: Array(0..<4))
    for cluster in 0..<4 { #expect(partition.labels.count { Int($0) == cluster } == 6) }
    for one in 0..<24 {
      for other in 0..<one where partition.labels[one] != partition.labels[other] {
        var labels = partition.labels
        labels.swapAt(one, other)
        let exchanged = BalancedPartition(points, labels: labels, clusterCount: 4)
        #expect(exchanged.objective > partition.objective - 1e-6)
      }
    }
  }

  @Test func pointsThatAreEqualAndClustersOfOnePointAreDivided() {
    let equal = DoubleMatrix(rows: 6, columns: 2, repeating: 1)
    #expect(BalancedPartition(equal, centres: [0, 1, 2]).objective == 0)
    #expect(BalancedPartition(numbers(5, 3, seed: 1), centres: Array(0..<5)).objective < 1e-24)
    #expect(BalancedPartition(numbers(5, 3, seed: 1), centres: [2]).labels == [0, 0, 0, 0, 0])
  }
}

import Basics
import Foundation
import Geometry
import LinearAlgebra
import MessagePassing
import Testing

struct AffinityTests {
  private func block(_ rows: Int, _ columns: Int) -> DoubleMatrix {
    var random = RandomStream(seed: 11, stream: 1, index: 0)
    return DoubleMatrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in random.normal() })
  }

  private func entries(of affinity: some Affinity) -> DoubleMatrix {
    affinity.product(
      of: 0..<affinity.count, with: DoubleMatrix(diagonal: Array(repeating: 1, count: affinity.count)))
  }

  private let cloud = PlantedCloud(count: 500, clusters: 3, dimension: 7, noise: 2, seed: 12).points

  @Test func anglesAreThoseOfTheFormula() {
    let entries = entries(of: AngularAffinity(cloud))
    let points = cloud.normalized
    for left in stride(from: 0, to: 500, by: 7) {
      for right in 0..<500 {
        let cosine = zip(points[point: left], points[point: right]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        let expected = left == right ? 0 : 1 - acos(max(-1, min(1, cosine))) / .pi
        #expect(abs(entries[left, right] - expected) < 1e-6)
      }
    }
  }

  /// Orthogonal to all, and opposite points apart.
  @Test func pointsWithoutDirectionGiveNumbers() {
    let odd = PointCloud(dimension: 2, values: [0, 0, 3, 4, -3, -4, 6, 8, 0, 0])
    let entries = entries(of: AngularAffinity(odd))
    #expect(entries[row: 0].elementsEqual([0, 0.5, 0.5, 0.5, 0.5]))
    #expect(entries[1, 2] < 1e-3 && entries[1, 3] > 1 - 1e-3)
  }

  @Test func rowsDoNotDependOnOthers() {
    let block = block(500, 5)
    let angular = AngularAffinity(cloud)
    let dense = DenseAffinity(angular, sharing: Sharing())
    for affinity in [angular, dense] as [any Affinity] {
      let all = affinity.product(of: 0..<500, with: block)
      for rows in [0..<1, 3..<17, 383..<385, 499..<500] {
        let isSame = affinity.product(of: rows, with: block) == all[rows: rows]
        #expect(isSame)
      }
    }
    let (left, right) = (dense.product(of: 0..<500, with: block), angular.product(of: 0..<500, with: block))
    #expect(zip(left.values, right.values).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func graphHasHalvesWherePointsAreNeighboursOneWay() throws {
    // On a line: 0, 1, 3, 3.5.
    let line = PointCloud(dimension: 1, values: [0, 1, 3, 3.5])
    let graph = NeighbourGraph(try NearestNeighbours(line, neighbourCount: 1))
    let expected = [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0].map(Double.init)
    #expect(entries(of: graph).values == expected)
    let wide = NeighbourGraph(try NearestNeighbours(line, neighbourCount: 2))
    #expect(entries(of: wide)[row: 0].elementsEqual([0, 1, 0.5, 0]))
  }

  // MARK: Components

  /// Of all affinities alike, whether found in the entries, in the edges or by products alone.
  @Test func componentsAreFound() throws {
    struct OnlyProducts: Affinity {
      let base: DenseAffinity
      var count: Int { base.count }
      var blockWidth: Int { 2 }
      func product(of rows: Range<Int>, with block: DoubleMatrix) -> DoubleMatrix {
        base.product(of: rows, with: block)
      }
    }
    // A chain, a triangle, a pair, points alone.
    let edges = [(0, 9), (9, 4), (4, 1), (1, 7), (2, 5), (5, 11), (2, 11), (3, 8)]
    let dense = DenseAffinity(count: 13, sharing: Sharing()) { row, values in
      for (left, right) in edges where left == row || right == row { values[left + right - row] = 0.25 }
      values[row] = 1
    }
    let found = try dense.components(sharing: Sharing())
    #expect(found.sizes == [5, 3, 2, 1, 1, 1])
    #expect(found.labels == [0, 0, 1, 2, 0, 1, 3, 0, 2, 0, 4, 1, 5])
    #expect(try OnlyProducts(base: dense).components(sharing: Sharing()) == found)
    #expect(try dense.components(sharing: Sharing(threads: 3)) == found)
  }
}

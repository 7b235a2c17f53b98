import Foundation
import Geometry
import LinearAlgebra
import MessagePassing
import Testing

struct SpectralClusteringTests {
  // More would wait for each other wherever processors are busy.
  init() { BLAS.useThreads(1) }

  private func agreement(_ left: [Int32], _ right: [Int32]) -> Double {
    ContingencyTable(left, right).adjustedRandIndex
  }

  /// An affinity of 1 along the edges of a graph.
  private func graph(_ count: Int, _ edges: [(Int, Int)]) -> DenseAffinity {
    DenseAffinity(count: count, sharing: Sharing()) { row, values in
      for (left, right) in edges where left == row || right == row { values[left + right - row] = 1 }
    }
  }

  private func clique(_ members: Range<Int>) -> [(Int, Int)] {
    members.flatMap { left in members.filter { $0 > left }.map { (left, $0) } }
  }

  // MARK: Against scikit-learn

  @Test func neighboursAreThoseOfScikitLearn() throws {
    let reference = try SpectralReference.read()
    for (expected, metric) in [(reference.euclidean, NearestNeighbours.Metric.euclidean), (reference.cosine, .cosine)] {
      let found = try NearestNeighbours(reference.cloud, neighbourCount: expected.count, metric: metric)
      #expect(found.neighbours == expected.numbers)
      for (own, other) in zip(found.distances, expected.distances) { #expect(abs(own - other) <= 1e-9 * max(1, other)) }
    }
  }

  /// Three components share six clusters.
  @Test func graphOfNeighboursIsClusteredAsInScikitLearn() throws {
    let reference = try SpectralReference.read()
    let nearest = try NearestNeighbours(reference.cloud, neighbourCount: 9)
    let clusters = try SpectralClustering(
      NeighbourGraph(nearest), clusterCount: reference.clusters, seed: 1)
    #expect(clusters.componentCount == reference.graphComponents)
    #expect(agreement(clusters.labels, reference.graph.labels) >= 0.999)
    for (own, other) in zip(clusters.eigenvalues, reference.graph.eigenvalues) { #expect(abs(own - other) < 1e-7) }
  }

  @Test func denseAffinitiesAreClusteredAsInScikitLearn() throws {
    let reference = try SpectralReference.read()
    let (cloud, gamma) = (reference.cloud, reference.gamma)
    let radial = DenseAffinity(count: cloud.count, sharing: Sharing()) { row, values in
      for other in 0..<cloud.count {
        let square = zip(cloud[point: row], cloud[point: other]).reduce(0.0) {
          $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
        }
        values[other] = Float(exp(-gamma * square))
      }
    }
    try check(radial, reference.radial, reference.clusters)
    let angular = AngularAffinity(cloud)
    try check(angular, reference.angular, reference.clusters)
    try check(DenseAffinity(angular, sharing: Sharing()), reference.angular, reference.clusters)
  }

  private func check(_ affinity: some Affinity, _ expected: SpectralReference.Clustering, _ count: Int) throws {
    let clusters = try SpectralClustering(affinity, clusterCount: count, seed: 1)
    #expect(agreement(clusters.labels, expected.labels) >= 0.999)
    for (own, other) in zip(clusters.eigenvalues, expected.eigenvalues) { #expect(abs(own - other) < 1e-6) }
    #expect(clusters.componentCount == 1 && clusters.isolatedCount == 0 && clusters.leftOutCount == 0)
  }

  // MARK: Planted lobes

  @Test(arguments: [2, 3, 5, 8, 12, 17, 24, 32]) func plantedLobesAreFound(count: Int) throws {
    let planted = PlantedCloud(count: 50 * count, clusters: count, dimension: 48, noise: 0.8, seed: UInt64(count))
    let nearest = try NearestNeighbours(planted.points, neighbourCount: 9)
    let neighbours = try SpectralClustering(NeighbourGraph(nearest), clusterCount: count, seed: 2)
    #expect(agreement(neighbours.labels, planted.labels) >= 0.95)
    let angles = try SpectralClustering(AngularAffinity(planted.points), clusterCount: count, seed: 2)
    #expect(agreement(angles.labels, planted.labels) >= 0.95)
    #expect(neighbours.clusterCount == count && angles.clusterCount == count)
  }

  @Test(arguments: [2, 4, 9, 16]) func theNumberOfLobesIsFound(count: Int) throws {
    let planted = PlantedCloud(
      count: 40 * count, clusters: count, dimension: 48, noise: 0.5, seed: UInt64(50 + count))
    let nearest = try NearestNeighbours(planted.points, neighbourCount: 9)
    let neighbours = try SpectralClustering(NeighbourGraph(nearest), clusterCount: nil, seed: 3)
    #expect(neighbours.clusterCount == count && agreement(neighbours.labels, planted.labels) >= 0.95)
    let angles = try SpectralClustering(AngularAffinity(planted.points), clusterCount: nil, seed: 3)
    #expect(angles.clusterCount == count && agreement(angles.labels, planted.labels) >= 0.95)
  }

  // MARK: Odd affinities

  /// Two pairs of cliques, each pair joined by one edge, and a point alone.
  private var cliques: [(Int, Int)] {
    clique(0..<6) + clique(6..<12) + [(5, 6)] + clique(12..<17) + clique(17..<22) + [(16, 17)]
  }

  @Test func componentsShareTheClusters() throws {
    let affinity = graph(23, cliques)
    let expected = [(0..<6, 0), (6..<12, 1), (12..<17, 2), (17..<22, 3), (22..<23, -1)].flatMap { points, label in
      points.map { _ in Int32(label) }
    }
    for count in [4, nil] {
      let clusters = try SpectralClustering(affinity, clusterCount: count, seed: 4)
      #expect(clusters.labels == expected)
      #expect(clusters.clusterCount == 4 && clusters.componentCount == 2)
      #expect(clusters.isolatedCount == 1 && clusters.leftOutCount == 0)
    }
    // The smaller cliques hang together more loosely: their second eigenvalue is the smaller one.
    let three = try SpectralClustering(affinity, clusterCount: 3, seed: 4)
    #expect(Set(three.labels[0..<12]).count == 2 && Set(three.labels[12..<22]).count == 1)
  }

  /// The third eigenvalue is of both components alike.
  @Test func equalComponentsDoNotShareACluster() throws {
    let half = clique(0..<5) + clique(5..<10) + [(4, 5)]
    let affinity = graph(20, half + half.map { ($0.0 + 10, $0.1 + 10) })
    let clusters = try SpectralClustering(affinity, clusterCount: 3, seed: 4)
    #expect(clusters.clusterCount == 3 && Set(clusters.labels) == [0, 1, 2])
    #expect(Set(clusters.labels[..<10]).isDisjoint(with: clusters.labels[10...]))
  }

  @Test func affinitiesThatAreNoNumbersAreAnError() {
    let affinity = DenseAffinity(count: 5, sharing: Sharing()) { row, values in
      for other in 0..<5 { values[other] = row + other == 4 ? .nan : 1 }
    }
    #expect(throws: GeometryError.self) { try SpectralClustering(affinity, clusterCount: 2, seed: 4) }
  }

  @Test func smallComponentsAreLeftOut() throws {
    let clusters = try SpectralClustering(
      graph(12, clique(0..<2) + clique(2..<6) + clique(6..<11)), clusterCount: 2, seed: 5)
    #expect(clusters.labels == [-1, -1, 1, 1, 1, 1, 0, 0, 0, 0, 0, -1])
    #expect(clusters.componentCount == 3 && clusters.leftOutCount == 2 && clusters.isolatedCount == 1)
  }

  @Test func duplicatesAreOfOneCluster() throws {
    let distinct = PlantedCloud(count: 40, clusters: 4, dimension: 12, noise: 0.3, seed: 6)
    let cloud = PointCloud(dimension: 12, values: (0..<5).flatMap { _ in distinct.points.values })
    let clusters = try SpectralClustering(AngularAffinity(cloud), clusterCount: 4, seed: 6)
    for place in 40..<200 { #expect(clusters.labels[place] == clusters.labels[place - 40]) }
    #expect(agreement(Array(clusters.labels[..<40]), distinct.labels) == 1)
  }

  @Test func fewPointsAreClustered() throws {
    let pair = try SpectralClustering(graph(2, [(0, 1)]), clusterCount: 2, seed: 7)
    #expect(pair.labels == [0, 1])
    let one = try SpectralClustering(graph(5, clique(0..<5)), clusterCount: 1, seed: 7)
    #expect(one.labels == [0, 0, 0, 0, 0] && one.clusterCount == 1)
    let all = try SpectralClustering(graph(5, clique(0..<5)), clusterCount: 5, seed: 7)
    #expect(Set(all.labels) == [0, 1, 2, 3, 4])
  }

  @Test func whatCannotBeClusteredIsAnError() {
    for count in [0, 6] {
      #expect(throws: GeometryError.self) {
        try SpectralClustering(graph(5, clique(0..<5)), clusterCount: count, seed: 8)
      }
    }
    #expect(throws: GeometryError.self) { try SpectralClustering(graph(4, []), clusterCount: 2, seed: 8) }
  }
}

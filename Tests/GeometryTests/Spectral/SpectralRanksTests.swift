import Geometry
import LinearAlgebra
import MessagePassing
import Testing
import TestSupport

/// Under mpirun: what several ranks share is what one makes alone, bit for bit.
struct SpectralRanksTests {
  // More would wait for each other wherever processors are busy.
  init() { BLAS.useThreads(1) }

  private let planted = PlantedCloud(count: 1100, clusters: 6, dimension: 20, noise: 0.9, seed: 21)

  @Test func neighboursAreThoseOfOne() throws {
    try World.run { (world) throws in
      for metric in [NearestNeighbours.Metric.euclidean, .cosine] {
        let alone = try NearestNeighbours(planted.points, neighbourCount: 9, metric: metric)
        for threads in [1, 2] {
          let shared = try NearestNeighbours(
            planted.points, neighbourCount: 9, metric: metric, sharing: Sharing(world, threads: threads))
          #expect(shared.neighbours == alone.neighbours && shared.distances == alone.distances)
        }
      }
    }
  }

  @Test func clustersAreThoseOfOne() throws {
    try World.run { (world) throws in
      let sharing = Sharing(world, threads: 2)
      let (cloud, angular) = (planted.points, AngularAffinity(planted.points))
      let graph = NeighbourGraph(try NearestNeighbours(cloud, neighbourCount: 9))
      try check(graph, graph, sharing)
      try check(angular, angular, sharing)
      try check(DenseAffinity(angular, sharing: Sharing()), DenseAffinity(angular, sharing: sharing), sharing)
    }
  }

  @Test func landmarksAreThoseOfOne() throws {
    try World.run { (world) throws in
      let angular = AngularAffinity(planted.points)
      let alone = try LandmarkClustering(angular, clusterCount: 6, landmarkCount: 100, seed: 23)
      let shared = try LandmarkClustering(
        angular, clusterCount: 6, landmarkCount: 100, seed: 23, sharing: Sharing(world, threads: 2))
      #expect(shared.labels == alone.labels && shared.eigenvalues == alone.eigenvalues && shared.error == alone.error)
    }
  }

  private func check(_ own: some Affinity, _ distributed: some Affinity, _ sharing: Sharing) throws {
    let alone = try SpectralClustering(own, clusterCount: 6, seed: 22)
    let shared = try SpectralClustering(distributed, clusterCount: 6, seed: 22, sharing: sharing)
    #expect(shared.labels == alone.labels)
    #expect(shared.eigenvalues == alone.eigenvalues && shared.residual == alone.residual)
    #expect(ContingencyTable(alone.labels, planted.labels).adjustedRandIndex > 0.9)
  }
}

import Geometry
import LinearAlgebra
import Testing

struct LandmarkClusteringTests {
  // More would wait for each other wherever processors are busy.
  init() { BLAS.useThreads(1) }

  @Test func withAllPointsAsLandmarksNothingIsLost() throws {
    let planted = PlantedCloud(count: 400, clusters: 5, dimension: 24, noise: 0.8, seed: 31)
    let angular = AngularAffinity(planted.points)
    let exact = try SpectralClustering(angular, clusterCount: 5, seed: 1)
    let found = try LandmarkClustering(angular, clusterCount: 5, landmarkCount: 1000, seed: 1)
    #expect(found.landmarkCount == 400 && found.error < 1e-3)
    #expect(found.labels == exact.labels)
    // Here a point has the affinity 1 to itself.
    for (own, other) in zip(found.eigenvalues, exact.eigenvalues) { #expect(abs(own - other) < 0.01) }
  }

  @Test(arguments: [3, 8, 20]) func fewLandmarksFindPlantedLobes(count: Int) throws {
    let planted = PlantedCloud(count: 3000, clusters: count, dimension: 48, noise: 0.6, seed: 32)
    // Of many centres some lie near each other by chance: whether the widest gap is behind the last of 20 depends on
    // the seed.
    for wanted in [count, nil] {
      let found = try LandmarkClustering(
        AngularAffinity(planted.points), clusterCount: wanted, landmarkCount: 300, seed: 2)
      #expect(found.clusterCount == count && found.landmarkCount == 300)
      #expect(ContingencyTable(found.labels, planted.labels).adjustedRandIndex >= 0.95)
    }
  }

  @Test func theErrorTellsHowManyLandmarksAreNeeded() throws {
    let planted = PlantedCloud(count: 2000, clusters: 4, dimension: 30, noise: 2, seed: 33)
    let errors = try [20, 100, 500].map {
      try LandmarkClustering(AngularAffinity(planted.points), clusterCount: 4, landmarkCount: $0, seed: 3).error
    }
    #expect(errors[0] > 2 * errors[1] && errors[1] > 2 * errors[2] && errors[2] < 0.1)
  }

  @Test func moreClustersThanLandmarksAreAnError() {
    let planted = PlantedCloud(count: 50, clusters: 2, dimension: 3, noise: 1, seed: 34)
    #expect(throws: GeometryError.self) {
      try LandmarkClustering(AngularAffinity(planted.points), clusterCount: 9, landmarkCount: 8, seed: 4)
    }
  }
}

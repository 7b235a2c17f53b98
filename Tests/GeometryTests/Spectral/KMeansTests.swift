import Geometry
import LinearAlgebra
import Testing

struct KMeansTests {
  // More would wait for each other wherever processors are busy.
  init() { BLAS.useThreads(1) }

  @Test func inertiaIsThatOfScikitLearn() throws {
    let reference = try SpectralReference.read()
    let clusters = KMeans(reference.cloud.matrix, clusterCount: reference.clusters, seed: 1)
    #expect(abs(clusters.inertia / reference.inertia - 1) < 1e-9)
    #expect(ContingencyTable(clusters.labels, reference.radial.labels).adjustedRandIndex >= 0.999)
  }

  @Test func centresAreMeans() throws {
    let planted = PlantedCloud(count: 300, clusters: 4, dimension: 3, noise: 0.2, seed: 2)
    let points = planted.points.matrix
    let clusters = KMeans(points, clusterCount: 4, seed: 2)
    for cluster in 0..<4 {
      let members = clusters.labels.indices.filter { clusters.labels[$0] == Int32(cluster) }
      for place in 0..<3 {
        let mean = members.reduce(0.0) { $0 + points[$1, place] } / Double(members.count)
        #expect(abs(clusters.centres[cluster, place] - mean) < 1e-12)
      }
    }
  }

  @Test func fewerDistinctPointsThanClustersStayTogether() {
    let points = DoubleMatrix(rows: 6, columns: 1, values: [1, 1, 1, 5, 5, 5])
    let clusters = KMeans(points, clusterCount: 4, seed: 3)
    #expect(clusters.inertia == 0)
    #expect(Set(clusters.labels[..<3]).count == 1 && Set(clusters.labels[3...]).count == 1)
    #expect(clusters.labels[0] != clusters.labels[3])
  }

  @Test func manyPointsGoOnFromTheBestStartOfASample() {
    let planted = PlantedCloud(count: 21_000, clusters: 5, dimension: 8, noise: 0.3, seed: 4)
    let clusters = KMeans(planted.points.matrix, clusterCount: 5, seed: 4)
    #expect(clusters.labels.count == 21_000)
    #expect(ContingencyTable(clusters.labels, planted.labels).adjustedRandIndex == 1)
  }
}

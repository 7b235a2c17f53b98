import Foundation
import Geometry
import TestSupport

/// The values that Fixtures/spectral.py made with scikit-learn and SciPy.
struct SpectralReference: Decodable {
  struct Neighbours: Decodable {
    let count: Int
    let numbers: [Int32]
    /// Distances of the first points alone.
    let distances: [Double]
  }
  struct Clustering: Decodable {
    let labels: [Int32]
    let eigenvalues: [Double]
  }

  let dimension, clusters: Int
  let points: [Float]
  let euclidean, cosine: Neighbours
  let graph, radial, angular: Clustering
  let graphComponents: Int
  let gamma, inertia: Double

  var cloud: PointCloud { PointCloud(dimension: dimension, values: points) }

  static func read() throws -> SpectralReference {
    let path = URL(fileURLWithPath: Places.root + "/Tests/GeometryTests/Fixtures/spectral.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(SpectralReference.self, from: Data(contentsOf: path))
  }
}

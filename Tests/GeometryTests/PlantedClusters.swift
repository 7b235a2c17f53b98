import Geometry
import LinearAlgebra

/// Points around centres in random directions.
struct PlantedClusters {
  let cloud: PointCloud
  let labels: [Int32]

  /// The centres are of length 1, and the noise of each point is of about the length `noise`.
  init(count: Int, clusters: Int, dimension: Int, noise: Double, seed: UInt64) {
    var random = RandomNumbers(seed: seed, stream: 7, index: 0)
    func direction(_ length: Double) -> [Double] {
      (0..<dimension).map { _ in random.normal() * length / Double(dimension).squareRoot() }
    }
    let centres = (0..<clusters).map { _ in direction(1) }
    labels = (0..<count).map { Int32($0 % clusters) }
    let values = labels.flatMap { label in zip(centres[Int(label)], direction(noise)).map { Float($0 + $1) } }
    cloud = PointCloud(dimension: dimension, values: values)
  }
}

import Geometry

extension PlantedCloud {
  /// Centres of about the length 1, and points at about the distance `noise` from them, in every direction alike.
  init(count: Int, clusters: Int, dimension: Int, noise: Double, seed: UInt64) {
    let unit = 1 / Double(dimension).squareRoot()
    self.init(
      count: count, lobeCount: clusters, dimension: dimension, separation: unit, scatter: (noise * unit, noise * unit),
      seed: seed)
  }
}

import Basics
import Geometry

/// Features in lobes: those of a lobe point in about one direction, and fire on about the same documents.
struct PlantedLobes {
  let cloud: PointCloud
  let record: FiringRecord
  /// Of points, and of firings: equal, unless these are independent.
  let geometric: [Int32]
  let functional: [Int32]

  /// Every lobe has as many documents of its own. Points scatter by `noise` in each of `dimension` components.
  init(
    lobes: Int, features: Int, documentsOfLobe: Int = 12, dimension: Int = 24, noise: Double = 0.15,
    isIndependent: Bool = false, seed: UInt64
  ) {
    let planted = PlantedCloud(
      count: features, lobeCount: lobes, dimension: dimension, separation: 1 / Double(dimension).squareRoot(),
      scatter: (noise, noise), seed: seed)
    var random = RandomStream(seed: seed, stream: 17, index: 0)
    let functional = isIndependent ? random.permutation(features).map { planted.labels[$0] } : planted.labels
    cloud = planted.points
    record = FiringRecord(
      documentCount: lobes * documentsOfLobe,
      documentsOfFeatures: functional.map { lobe in
        (0..<lobes * documentsOfLobe).filter { document in
          random.uniform() < (document / documentsOfLobe == Int(lobe) ? 0.6 : 0.05)
        }.map(Int32.init)
      })
    geometric = planted.labels
    self.functional = functional
  }
}

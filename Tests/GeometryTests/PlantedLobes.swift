import Geometry
import LinearAlgebra

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
    var random = RandomNumbers(seed: seed, stream: 17, index: 0)
    let centres = (0..<lobes * dimension).map { _ in random.normal() / Double(dimension).squareRoot() }
    let geometric = (0..<features).map { Int32($0 % lobes) }
    let functional = isIndependent ? random.permutation(features).map { geometric[$0] } : geometric
    cloud = PointCloud(
      dimension: dimension,
      values: (0..<features * dimension).map { place in
        let centre = centres[Int(geometric[place / dimension]) * dimension + place % dimension]
        return Float(centre + noise * random.normal())
      })
    record = FiringRecord(
      documentCount: lobes * documentsOfLobe,
      documentsOfFeatures: functional.map { lobe in
        (0..<lobes * documentsOfLobe).filter { document in
          random.uniform() < (document / documentsOfLobe == Int(lobe) ? 0.6 : 0.05)
        }.map(Int32.init)
      })
    self.geometric = geometric
    self.functional = functional
  }
}

import Basics

/// Points around random centres, and which of them each point is of: a cloud in which lobes are known.
public struct PlantedCloud: Sendable {
  /// The points, `[count, dimension]`, those of different lobes in turn.
  public let points: PointCloud
  /// The centre of each point, `[count]`: of one after another, so that all have about as many points.
  public let labels: [Int32]

  /// Components of the centres are normal, of the deviation `separation`; so is what is added for each point, of a
  /// deviation that goes evenly from the first of `scatter` in the first component to the other in the last.
  public init(
    count: Int, lobeCount: Int, dimension: Int, separation: Double, scatter: (first: Double, last: Double), seed: UInt64
  ) {
    precondition(count >= 0 && lobeCount > 0 && dimension > 0, "points around centres")
    var random = RandomStream(seed: seed, stream: .planted, index: 0)
    let slope = (scatter.last - scatter.first) / Double(max(1, dimension - 1))
    let deviations = (0..<dimension).map { scatter.first + slope * Double($0) }
    let centres = (0..<lobeCount * dimension).map { _ in separation * random.normal() }
    var values: [Float] = []
    values.reserveCapacity(count * dimension)
    for point in 0..<count {
      let start = point % lobeCount * dimension
      for place in 0..<dimension { values.append(Float(centres[start + place] + deviations[place] * random.normal())) }
    }
    points = PointCloud(dimension: dimension, values: values)
    labels = (0..<count).map { Int32($0 % lobeCount) }
  }
}

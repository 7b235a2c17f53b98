import LinearAlgebra

/// Four points that nearly form a parallelogram, found without labels and without forming the differences of all pairs.
///
/// Pairs that are looked at join each point to its nearest neighbours, and as many more are drawn at random. Their differences are
/// hashed by the signs of random projections (Charikar 2002, STOC, 380–388), a difference and its opposite alike, into several
/// tables; in each bucket those of like length are compared. So parallelograms with a side as short as the distance to a
/// neighbour are found, those with long sides only by luck.
public struct NearestDifferences: Sendable {
  /// From a to b as from c to d.
  public struct Quadruple: Sendable, Equatable {
    /// a, b, c, d
    public let points: [Int]
    /// The length of (b − a) − (d − c) over that of the shorter side, so that two points beside two others are none.
    public let deviation: Double
    public let cosine: Double
    /// Of the shorter difference to the longer.
    public let lengthRatio: Double
  }

  /// A cloud of more points is represented by so many of them, drawn without replacement.
  public static let pointLimit = 20_000

  /// The nearest to parallelograms first.
  public let quadruples: [Quadruple]
  /// Pairs of points that were looked at.
  public let pairCount: Int
  /// The mean deviation of `quadruples`, beside that of clouds drawn from the normal distribution of the cloud's mean and
  /// covariance.
  public let deviation: NullComparison
  /// The share that is found of parallelograms that were planted: a point is added where it completes a random point and a random
  /// pair of neighbours, but for a tenth of their distance.
  public let recall: Double
  public let plantedCount: Int

  /// nil with fewer than eight points that differ. Everything is keyed by the seed; draws of the null are shared over the ranks
  /// of `sharing`. Collective.
  public init?(
    _ cloud: PointCloud, limit: Int = 100, neighbourCount: Int = 10, drawCount: Int = 24, seed: UInt64,
    sharing: RowSharing = RowSharing()
  ) throws {
    let distinct = cloud.distinctPoints
    guard distinct.count >= 8 else { return nil }
    var random = RandomNumbers(seed: seed, stream: RandomStream.points, index: 1)
    let chosen =
      distinct.count > NearestDifferences.pointLimit
      ? random.permutation(distinct.count).prefix(NearestDifferences.pointLimit).map { distinct[$0] }.sorted()
      : distinct
    let points = cloud[points: chosen]
    let neighbours = min(neighbourCount, points.count - 1)
    let search = DifferenceSearch(limit: limit, neighbourCount: neighbours, seed: seed)
    let found = try search.best(points, sharing: sharing)
    guard !found.quadruples.isEmpty else { return nil }
    let normal = try NormalCloud(PrincipalComponents(points))
    let draws = try sharing.draws(drawCount, width: 1) { draw in
      let other = normal.draw(points.count, seed: seed, stream: RandomStream.normals, index: draw)
      let alone = RowSharing(threads: sharing.threads)
      return [NearestDifferences.meanDeviation(try search.best(other, sharing: alone).quadruples)]
    }
    let planted = try Planting(
      points, count: min(200, points.count), neighbourCount: neighbours, seed: seed, sharing: sharing)
    let kept = try search.kept(of: planted.quadruples, in: planted.cloud, sharing: sharing)
    quadruples = found.quadruples.map { quadruple in
      Quadruple(
        points: quadruple.points.map { chosen[$0] }, deviation: quadruple.deviation, cosine: quadruple.cosine,
        lengthRatio: quadruple.lengthRatio)
    }
    pairCount = found.pairCount
    deviation = NullComparison(NearestDifferences.meanDeviation(quadruples), draws: draws.map { $0[0] })
    recall = Double(kept) / Double(planted.quadruples.count)
    plantedCount = planted.quadruples.count
  }

  private static func meanDeviation(_ quadruples: [Quadruple]) -> Double {
    quadruples.reduce(0) { $0 + $1.deviation } / Double(quadruples.count)
  }

  /// Parallelograms added to a cloud.
  private struct Planting {
    let cloud: PointCloud
    let quadruples: [[Int]]

    init(_ cloud: PointCloud, count: Int, neighbourCount: Int, seed: UInt64, sharing: RowSharing) throws {
      let neighbours = try NearestNeighbours(cloud, neighbourCount: neighbourCount, sharing: sharing).neighbours
      var (values, quadruples) = (cloud.values, [[Int]]())
      for plant in 0..<count {
        var random = RandomNumbers(seed: seed, stream: RandomStream.plants, index: UInt32(plant))
        let (from, start) = (random.below(cloud.count), random.below(cloud.count))
        let to = Int(neighbours[from * neighbourCount + random.below(neighbourCount)])
        guard start != from, start != to else { continue }
        let difference = zip(cloud[point: from], cloud[point: to]).map { Double($1) - Double($0) }
        let length = difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let noise = difference.map { _ in random.normal() }
        let scale = 0.1 * length / noise.reduce(0) { $0 + $1 * $1 }.squareRoot()
        quadruples.append([from, to, start, cloud.count + quadruples.count])
        values += cloud[point: start].enumerated().map { Float(Double($1) + difference[$0] + scale * noise[$0]) }
      }
      self.cloud = PointCloud(dimension: cloud.dimension, values: values)
      self.quadruples = quadruples
    }
  }
}

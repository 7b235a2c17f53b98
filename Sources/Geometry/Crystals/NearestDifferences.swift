import Basics
import MessagePassing

/// Four points that nearly form a parallelogram, found without labels and without forming the differences of all pairs.
///
/// Pairs that are looked at join each point to its nearest neighbours, and as many more are drawn at random. Their
/// differences are hashed by the signs of random projections (Charikar 2002, STOC, 380–388), a difference and its
/// opposite alike, into several tables; in each bucket those of like length are compared. So parallelograms with a side
/// as short as the distance to a neighbour are found, those with long sides only by luck. Flat ones, four points nearly
/// on a line or two points and a copy of each, are refused in the cloud and in its null alike.
public struct NearestDifferences: Sendable {
  /// A cloud of more points is represented by so many of them, drawn without replacement.
  public static let pointLimit = 20_000

  /// The nearest to parallelograms first.
  public let quadruples: [Quadruple]
  /// Pairs of points that were looked at.
  public let pairCount: Int
  /// The mean deviation of `quadruples`, beside that of as many in clouds drawn from the normal distribution of the
  /// cloud's mean and covariance; draws that have not as many are left out.
  public let deviation: NullComparison
  /// How many of the nearest to parallelograms, as many as are asked for, are refused because they are flat; beside the
  /// same clouds.
  public let flatCount: NullComparison
  /// The share that is found of parallelograms that were planted: a point is added where it completes a random point
  /// and a random pair of neighbours, but for a tenth of their distance. Flat ones do not count; not a number where all
  /// are.
  public let recall: Double
  /// How many parallelograms were planted.
  public let plantedCount: Int

  /// nil with fewer than eight points that differ, or where none but flat ones are found. Everything is keyed by the
  /// seed; draws of the null are shared over the ranks of `sharing`. Collective.
  public init?(
    _ cloud: PointCloud, limit: Int = 100, neighbourCount: Int = 10, drawCount: Int = 24, seed: UInt64,
    sharing: Sharing = Sharing()
  ) throws {
    let distinct = cloud.distinctPoints
    guard distinct.count >= 8 else { return nil }
    var random = RandomStream(seed: seed, stream: .points, index: 1)
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
    let draws = try sharing.draws("parallelograms of normal clouds", drawCount, width: 2) { draw in
      let other = normal.draw(points.count, seed: seed, stream: .normals, index: draw)
      let alone = try search.best(other, sharing: sharing.alone)
      let isEnough = alone.quadruples.count >= found.quadruples.count
      return [
        isEnough ? NearestDifferences.meanDeviation(alone.quadruples.prefix(found.quadruples.count)) : .nan,
        Double(alone.flatCount),
      ]
    }
    let planted = try Planting(
      points, count: min(200, points.count), neighbourCount: neighbours, seed: seed, sharing: sharing)
    let kept = try search.kept(of: planted.quadruples, in: planted.cloud, sharing: sharing)
    quadruples = found.quadruples.map { $0.renumbered { chosen[$0] } }
    pairCount = found.pairCount
    deviation = NullComparison(NearestDifferences.meanDeviation(quadruples[...]), draws: draws.map { $0[0] })
    flatCount = NullComparison(Double(found.flatCount), draws: draws.map { $0[1] })
    recall = Double(kept) / Double(planted.quadruples.count)
    plantedCount = planted.quadruples.count
  }

  private static func meanDeviation(_ quadruples: ArraySlice<Quadruple>) -> Double {
    quadruples.reduce(0) { $0 + $1.deviation } / Double(quadruples.count)
  }

  /// Parallelograms added to a cloud; those that come out flat stay in it but are none.
  private struct Planting {
    let cloud: PointCloud
    let quadruples: [[Int]]

    init(_ cloud: PointCloud, count: Int, neighbourCount: Int, seed: UInt64, sharing: Sharing) throws {
      let neighbours = try NearestNeighbours(cloud, neighbourCount: neighbourCount, sharing: sharing).neighbours
      var (values, quadruples) = (cloud.values, [[Int]]())
      for plant in 0..<count {
        var random = RandomStream(seed: seed, stream: .plants, index: plant)
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
      let planted = PointCloud(dimension: cloud.dimension, values: values)
      self.cloud = planted
      self.quadruples = quadruples.filter { points in
        let corners = DifferenceSearch.Corners(points.map(Int32.init))
        return Quadruple(planted, corners, limit: .infinity).map { !$0.isFlat } ?? false
      }
    }
  }
}

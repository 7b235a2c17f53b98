import Basics
import Foundation
import MessagePassing

/// How much less entropy a cloud has than a normal one of its covariance, in nats: 0 for a normal cloud, larger the
/// more its points gather.
///
/// The normal entropy is ½ ln det 2πe Σ. That of the points is estimated from the distances ε to their k-th neighbours
/// (Kozachenko and Leonenko 1987, Probl. Inf. Transm. 23, 95–101; Kraskov et al. 2004, Phys. Rev. E 69, 066138,
/// equation 20): h = ψ(n) − ψ(k) + ln V_d + d / n Σ ln ε, with V_d the volume of the unit ball. The difference does not
/// change with scale or shear, so points are whitened first. The estimate is biased in many dimensions; the bias is
/// measured on normal clouds that are whitened alike. Whitened points of a normal cloud are an even draw of orthonormal
/// columns whatever its covariance was, so those clouds need no other one.
public struct ClusteringEntropy: Sendable {
  /// A cloud of more points is represented by so many of them, drawn without replacement.
  public static let pointLimit = 20_000
  /// Whitening spends a degree of freedom on each component: so many points are asked for each.
  static let pointsPerComponent = 10

  /// The k of the k nearest neighbours.
  public let neighbourCount: Int
  /// Points that the estimate is of.
  public let pointCount: Int
  /// Points equal to an earlier one, and points without a distance to their neighbour, both left out.
  public let duplicateCount: Int
  /// d: leading components that the points were whitened in.
  public let componentCount: Int
  /// ½ ln det 2πe Σ in these components.
  public let gaussianEntropy: Double
  /// h, of the points before whitening.
  public let neighbourEntropy: Double
  /// The difference beside that of normal clouds, whose mean is the bias: `excess` is the corrected value, `z` its
  /// score.
  public let difference: NullComparison

  /// The corrected difference, in nats.
  public var corrected: Double { difference.excess }

  /// The corrected entropy per component, in nats: the effect size.
  public var correctedPerComponent: Double { corrected / Double(componentCount) }

  /// nil where fewer than twenty points differ. Draws are keyed by (seed, number of the draw); as many searches of
  /// neighbours as draws, shared over ranks. Collective.
  public init?(
    _ cloud: PointCloud, neighbourCount: Int = 4, drawCount: Int = 24, seed: UInt64, sharing: Sharing = Sharing()
  ) throws {
    let distinct = cloud.distinctPoints
    let chosen = ClusteringEntropy.sample(distinct, seed: seed)
    guard chosen.count >= 20, neighbourCount < chosen.count else { return nil }
    let points = chosen.count == cloud.count ? cloud : cloud[points: chosen]
    let components = try PrincipalComponents(points)
    guard components.rank > 0 else { return nil }
    let dimension = min(components.rank, max(1, points.count / ClusteringEntropy.pointsPerComponent))
    let white = components.whitened(points, components: dimension)
    let own = try ClusteringEntropy.estimate(white, neighbourCount, sharing)
    let draws = try sharing.draws("clustering entropy", drawCount, width: 1) { draw in
      var random = RandomStream(seed: seed, stream: .entropy, index: draw)
      let values = (0..<points.count * dimension).map { _ in Float(random.normal()) }
      let normal = PointCloud(dimension: dimension, values: values)
      let white = try PrincipalComponents(normal).whitened(normal, components: dimension)
      let alone = sharing.alone
      return [
        ClusteringEntropy.normalEntropy(dimension)
          - (try ClusteringEntropy.estimate(white, neighbourCount, alone)).value
      ]
    }
    let stretch = components.eigenvalues.prefix(dimension).reduce(0) { $0 + log($1) } / 2
    self.neighbourCount = neighbourCount
    pointCount = points.count - own.without
    duplicateCount = cloud.count - distinct.count + own.without
    componentCount = dimension
    gaussianEntropy = ClusteringEntropy.normalEntropy(dimension) + stretch
    neighbourEntropy = own.value + stretch
    difference = NullComparison(ClusteringEntropy.normalEntropy(dimension) - own.value, draws: draws.map { $0[0] })
  }

  // MARK: Estimates

  /// The entropy of the standard normal distribution in so many dimensions, in nats.
  private static func normalEntropy(_ dimension: Int) -> Double { Double(dimension) / 2 * log(2 * .pi * M_E) }

  /// h of points, and how many had no distance to their neighbour.
  private static func estimate(
    _ cloud: PointCloud, _ neighbourCount: Int, _ sharing: Sharing
  ) throws -> (value: Double, without: Int) {
    let found = try NearestNeighbours(cloud, neighbourCount: neighbourCount, sharing: sharing)
    let distances = (0..<cloud.count).map { found.distances[($0 + 1) * neighbourCount - 1] }
    return (
      entropy(distances: distances.filter { $0 > 0 }, neighbourCount: neighbourCount, dimension: cloud.dimension),
      distances.count { $0 <= 0 }
    )
  }

  /// The estimate of Kozachenko and Leonenko from the distances of points to their k-th neighbours, all above 0.
  public static func entropy(distances: [Double], neighbourCount: Int, dimension: Int) -> Double {
    let (count, d) = (Double(distances.count), Double(dimension))
    let ball = d / 2 * log(.pi) - lgamma(d / 2 + 1)
    let logarithms = distances.reduce(0) { $0 + log($1) }
    return digamma(distances.count) - digamma(neighbourCount) + ball + d / count * logarithms
  }

  /// ψ of a whole number above 0: the series of Stirling from 10 on, and steps of 1 / n below.
  static func digamma(_ number: Int) -> Double {
    precondition(number > 0, "a whole number above 0")
    var (x, sum) = (Double(number), 0.0)
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    let series = square * (1 / 12.0 - square * (1 / 120.0 - square * (1 / 252.0 - square * (1 / 240.0 - square / 132))))
    return sum + log(x) - 1 / (2 * x) - series
  }

  /// Draws at most `pointLimit` of the points, ascending.
  private static func sample(_ points: [Int], seed: UInt64) -> [Int] {
    guard points.count > pointLimit else { return points }
    var random = RandomStream(seed: seed, stream: .points, index: 0)
    return random.permutation(points.count).prefix(pointLimit).map { points[$0] }.sorted()
  }
}

extension PrincipalComponents {
  /// Points in coordinates along the leading components that each have a variance of 1.
  fileprivate func whitened(_ cloud: PointCloud, components: Int) -> PointCloud {
    let scales = eigenvalues.prefix(components).map { 1 / $0.squareRoot() }
    let scores = scores(of: cloud, components: components)
    let values = scores.values.enumerated().map { Float($0.element * scales[$0.offset % components]) }
    return PointCloud(dimension: components, values: values)
  }
}

extension PointCloud {
  /// The points that equal no earlier one, ascending.
  var distinctPoints: [Int] {
    var places: [Int: [Int]] = [:]
    return (0..<count).filter { point in
      // −0 and 0 are one number, to the hash as well.
      let key = self[point: point].hashValue
      if places[key, default: []].contains(where: { self[point: $0] == self[point: point] }) { return false }
      places[key, default: []].append(point)
      return true
    }
  }
}

import LinearAlgebra

/// The directions in which the points of a cloud spread, and how much.
public struct PrincipalComponents: Sendable {
  /// A variance below this share of the largest is rounding.
  static let relativeRounding = 1e-10

  /// The number of points.
  public let count: Int
  /// The mean of the points, `[dimension]`.
  public let mean: [Double]
  /// Variances along the directions, divided by count − 1; the largest first, `[min(dimension, count − 1)]`, none below
  /// 0.
  public let eigenvalues: [Double]
  /// Orthonormal columns, one for each eigenvalue that is not rounding, `[dimension, rank]`.
  public let directions: DoubleMatrix

  /// Decomposes the covariance of at least two points. Sums are in double, over blocks of points; the smaller of the
  /// covariance and the table of inner products is decomposed: 2 · count · dimension² + 9 · dimension³ operations, or
  /// the same with the two exchanged.
  public init(_ cloud: PointCloud) throws {
    precondition(cloud.count > 1, "a spread of at least two points")
    count = cloud.count
    mean = PrincipalComponents.mean(of: cloud)
    let freedom = Double(cloud.count - 1)
    if cloud.count > cloud.dimension {
      let eigen = try SymmetricEigen(PrincipalComponents.covariance(of: cloud, mean: mean))
      eigenvalues = eigen.values.map { max(0, $0) }
      directions = eigen.vectors[columns: 0..<PrincipalComponents.rank(of: eigenvalues)]
    } else {
      let points = PrincipalComponents.centred(cloud, 0..<cloud.count, mean: mean)
      let eigen = try SymmetricEigen(points.timesTranspose(points))
      eigenvalues = eigen.values.dropLast().map { max(0, $0 / freedom) }
      let chosen = eigen.vectors[columns: 0..<PrincipalComponents.rank(of: eigenvalues)]
      let lengths = eigenvalues.prefix(chosen.columns).map { ($0 * freedom).squareRoot() }
      directions = points.transposeTimes(chosen).times(DoubleMatrix(diagonal: lengths.map { 1 / $0 }))
    }
  }

  /// Directions in which points differ by more than rounding.
  public var rank: Int { directions.columns }

  /// The sum of all eigenvalues.
  public var totalVariance: Double { eigenvalues.reduce(0, +) }

  /// The coordinates of points along the leading components, the mean taken off, `[points, components]`.
  public func scores(of cloud: PointCloud, components: Int) -> DoubleMatrix {
    precondition(cloud.dimension == mean.count && components <= rank, "at most \(rank) components of \(mean.count)")
    let chosen = directions[columns: 0..<components]
    var scores = DoubleMatrix(rows: cloud.count, columns: components)
    for rows in PrincipalComponents.blocks(of: cloud.count) {
      let block = PrincipalComponents.centred(cloud, rows, mean: mean).times(chosen)
      scores.values.replaceSubrange(rows.lowerBound * components..<rows.upperBound * components, with: block.values)
    }
    return scores
  }

  // MARK: Sums

  private static func rank(of eigenvalues: [Double]) -> Int {
    let least = (eigenvalues.first ?? 0) * relativeRounding
    return eigenvalues.prefix { $0 > least }.count
  }

  private static func mean(of cloud: PointCloud) -> [Double] {
    var sums = Array(repeating: 0.0, count: cloud.dimension)
    for point in 0..<cloud.count {
      for (place, value) in cloud[point: point].enumerated() { sums[place] += Double(value) }
    }
    return sums.map { $0 / Double(cloud.count) }
  }

  private static func covariance(of cloud: PointCloud, mean: [Double]) -> DoubleMatrix {
    var sum = DoubleMatrix(rows: cloud.dimension, columns: cloud.dimension)
    for rows in blocks(of: cloud.count) {
      let block = centred(cloud, rows, mean: mean)
      for (place, value) in block.transposeTimes(block).values.enumerated() { sum.values[place] += value }
    }
    let freedom = Double(cloud.count - 1)
    return DoubleMatrix(rows: sum.rows, columns: sum.columns, values: sum.values.map { $0 / freedom })
  }

  private static func centred(_ cloud: PointCloud, _ rows: Range<Int>, mean: [Double]) -> DoubleMatrix {
    DoubleMatrix(
      rows: rows.count, columns: cloud.dimension,
      values: rows.flatMap { zip(cloud[point: $0], mean).map { Double($0) - $1 } })
  }

  /// So that no copy in double of a large cloud is made.
  private static func blocks(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: 4096).map { $0..<min($0 + 4096, count) }
  }
}

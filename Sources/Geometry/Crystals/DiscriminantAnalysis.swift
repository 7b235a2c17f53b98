import LinearAlgebra

/// The directions in which classes differ most against how much points of one class do: linear discriminant analysis
/// (Fisher 1936, Ann. Eugen. 7, 179–188; Rao 1948, J. R. Stat. Soc. B 10, 159–203).
///
/// Solved is S_b w = λ S_w w. S_w is the mean covariance of the classes by their shares of points, S_b what the
/// covariance of all points has beyond it; each covariance is shrunk by itself, as scikit-learn's solver "eigen" does
/// it.
public struct DiscriminantAnalysis: Sendable {
  /// The eigenvalue of each direction, the largest first, `[min(classes − 1, dimension)]`.
  public let eigenvalues: [Double]
  /// Columns w with wᵀ S_w w = 1, `[dimension, eigenvalues]`.
  public let directions: DoubleMatrix

  /// `points` `[count, dimension]`, `labels` from 0 up; rows with one below 0 are left out. An error if points of one
  /// class do not differ in all directions and nothing is shrunk. About 14 · dimension³ operations.
  public init(_ points: DoubleMatrix, labels: [Int32], shrinkage: Shrinkage = .ledoitWolf) throws {
    precondition(labels.count == points.rows, "a label for each point")
    let rows = labels.indices.filter { labels[$0] >= 0 }
    let classes = Dictionary(grouping: rows) { labels[$0] }.sorted { $0.key < $1.key }.map(\.value)
    guard classes.count > 1 else {
      throw GeometryError("cannot separate classes: \(rows.count) points are of \(classes.count); give at least 2")
    }
    var within = DoubleMatrix(rows: points.columns, columns: points.columns)
    for members in classes {
      let share = Double(members.count) / Double(rows.count)
      let own = shrinkage.covariance(points, rows: members)
      for place in within.values.indices { within.values[place] += share * own.values[place] }
    }
    var between = shrinkage.covariance(points, rows: rows)
    for place in between.values.indices { between.values[place] -= within.values[place] }
    let eigen = try SymmetricEigen(between, metric: within)
    let count = min(classes.count - 1, points.columns)
    eigenvalues = Array(eigen.values.prefix(count))
    directions = eigen.vectors[columns: 0..<count]
  }

  /// Coordinates of points along the directions, `[count, eigenvalues]`; differences of points as well, for the origin
  /// stays.
  public func project(_ points: DoubleMatrix) -> DoubleMatrix { points.times(directions) }

  /// An orthonormal basis of what the directions span, `[dimension, rank]`: all that a projection sees.
  public var span: DoubleMatrix {
    get throws {
      let lengths = (0..<directions.columns).map { column in
        directions[column: column].reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      let scaled = directions.times(DoubleMatrix(diagonal: lengths.map { $0 > 0 ? 1 / $0 : 0 }))
      let eigen = try SymmetricEigen(scaled.transposeTimes(scaled))
      let rank = eigen.values.prefix { $0 > 1e-10 * (eigen.values.first ?? 0) }.count
      let roots = eigen.values.prefix(rank).map { 1 / $0.squareRoot() }
      return scaled.times(eigen.vectors[columns: 0..<rank]).times(DoubleMatrix(diagonal: roots))
    }
  }
}

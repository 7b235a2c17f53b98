import LinearAlgebra

/// What leads from the first point of each pair to the second.
public struct DifferenceVectors: Sendable {
  /// Coordinates in `basis`, `[pairs, rank]`: lengths and angles are those of the differences.
  public let rows: DoubleMatrix
  /// Orthonormal columns, `[dimension, rank]`; nil: the coordinates of the cloud themselves.
  let basis: DoubleMatrix?

  /// Fewer pairs than dimensions span few directions; the rest is left out, for nothing is to be learned of it.
  public init(_ cloud: PointCloud, _ pairs: [Relations.Pair]) throws {
    var all = DoubleMatrix(rows: pairs.count, columns: cloud.dimension)
    for (row, pair) in pairs.enumerated() {
      let (from, to) = (cloud[point: pair.from], cloud[point: pair.to])
      for (column, (start, end)) in zip(from, to).enumerated() { all[row, column] = Double(end) - Double(start) }
    }
    guard pairs.count < cloud.dimension else {
      (rows, basis) = (all, nil)
      return
    }
    let eigen = try SymmetricEigen(all.timesTranspose(all))
    let rank = eigen.values.prefix { $0 > PrincipalComponents.relativeRounding * (eigen.values.first ?? 0) }.count
    let roots = eigen.values.prefix(rank).map { $0.squareRoot() }
    let vectors = eigen.vectors[columns: 0..<rank]
    rows = vectors.times(DoubleMatrix(diagonal: roots))
    basis = all.transposeTimes(vectors).times(DoubleMatrix(diagonal: roots.map { 1 / $0 }))
  }

  /// The number of differences.
  public var count: Int { rows.rows }

  /// Points of the cloud in the coordinates of the differences, `[points, rank]`.
  func coordinates(_ points: DoubleMatrix) -> DoubleMatrix { basis.map { points.times($0) } ?? points }
}

extension DoubleMatrix {
  /// Some rows, in the order given.
  subscript(rows chosen: some Collection<Int>) -> DoubleMatrix {
    DoubleMatrix(rows: chosen.count, columns: columns, values: chosen.flatMap { self[row: $0] })
  }

  /// The differences as points of a cloud.
  var cloud: PointCloud { PointCloud(dimension: columns, values: values.map(Float.init)) }
}

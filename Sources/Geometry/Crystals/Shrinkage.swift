import LinearAlgebra

/// How a covariance of few points is drawn towards an even one, so that it can be inverted.
public enum Shrinkage: Sendable, Equatable {
  /// Not at all.
  case none
  /// Shrinkage by a share from 0 to 1 towards the mean variance on the diagonal: (1 − s) S + s tr S / d · I.
  case share(Double)
  /// Shrinkage by the share that Ledoit and Wolf 2004 (J. Multivar. Anal. 88, 365–411) estimate from the points, each
  /// coordinate scaled to a variance of 1 before and back afterwards.
  case ledoitWolf

  /// The covariance of some rows of `points` about their mean, divided by their number, `[columns, columns]`.
  func covariance(_ points: DoubleMatrix, rows: [Int]) -> DoubleMatrix {
    var (centred, scales) = Shrinkage.centred(points, rows)
    guard self == .ledoitWolf else {
      var covariance = Shrinkage.covariance(centred)
      if case .share(let share) = self { Shrinkage.shrink(&covariance, by: share) }
      return covariance
    }
    let width = points.columns
    for place in centred.values.indices { centred.values[place] /= scales[place % width] }
    var covariance = Shrinkage.covariance(centred)
    Shrinkage.shrink(&covariance, by: Shrinkage.ledoitWolfShare(centred, covariance))
    for place in covariance.values.indices { covariance.values[place] *= scales[place / width] * scales[place % width] }
    return covariance
  }

  // MARK: Private

  /// Rows less their mean, and the deviation of each column, 1 where it does not vary.
  private static func centred(_ points: DoubleMatrix, _ rows: [Int]) -> (DoubleMatrix, [Double]) {
    let (count, width) = (Double(rows.count), points.columns)
    var (sums, squares) = (Array(repeating: 0.0, count: width), Array(repeating: 0.0, count: width))
    for row in rows { for column in 0..<width { sums[column] += points[row, column] } }
    var centred = DoubleMatrix(rows: rows.count, columns: width)
    for (place, row) in rows.enumerated() {
      for column in 0..<width {
        let value = points[row, column] - sums[column] / count
        centred[place, column] = value
        squares[column] += value * value
      }
    }
    return (centred, squares.map { $0 > 0 ? ($0 / count).squareRoot() : 1 })
  }

  private static func covariance(_ centred: DoubleMatrix) -> DoubleMatrix {
    var product = centred.transposeTimes(centred)
    for place in product.values.indices { product.values[place] /= Double(centred.rows) }
    return product
  }

  private static func shrink(_ covariance: inout DoubleMatrix, by share: Double) {
    let order = covariance.rows
    let mean = (0..<order).reduce(0) { $0 + covariance[$1, $1] } / Double(order)
    for place in covariance.values.indices { covariance.values[place] *= 1 - share }
    for place in 0..<order { covariance[place, place] += share * mean }
  }

  private static func ledoitWolfShare(_ centred: DoubleMatrix, _ covariance: DoubleMatrix) -> Double {
    let (count, order) = (Double(centred.rows), Double(centred.columns))
    guard centred.columns > 1 else { return 0 }
    let trace = (0..<covariance.rows).reduce(0) { $0 + covariance[$1, $1] }
    let squares = covariance.values.reduce(0) { $0 + $1 * $1 }
    let fourths = (0..<centred.rows).reduce(0.0) { sum, row in
      let square = centred[row: row].reduce(0) { $0 + $1 * $1 }
      return sum + square * square
    }
    let spread = (squares - trace * trace / order) / order
    let noise = min((fourths / count - squares) / (order * count), spread)
    return noise > 0 ? noise / spread : 0
  }
}

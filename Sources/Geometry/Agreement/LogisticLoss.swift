import Foundation
import LinearAlgebra

/// What `LogisticRegression` minimises, over weights `[dimension + 1, classes]`.
struct LogisticLoss {
  /// The points with a 1 behind their components, `[points, dimension + 1]`.
  let points: DoubleMatrix
  let labels: [Int]
  let penalty: Double
  /// Weights of zero, and the offsets that give each class the share of points that it has.
  let beginning: DoubleMatrix
  /// For each class that of the loss there, all other weights held; nil where rounding leaves none.
  private let curvatures: [Cholesky?]

  init(_ cloud: PointCloud, _ labels: [Int32], classCount: Int, strength: Double) {
    let known = labels.indices.filter { labels[$0] >= 0 && labels[$0] < classCount }
    points = LogisticLoss.withOffset(known.count == cloud.count ? cloud : cloud[points: known])
    self.labels = known.map { Int(labels[$0]) }
    penalty = 1 / (strength * Double(max(1, known.count)))
    let shares = self.labels.reduce(into: Array(repeating: 0.0, count: classCount)) { $0[$1] += 1 }
      .map { max(1, $0) / Double(max(1, known.count)) }
    var beginning = DoubleMatrix(rows: points.columns, columns: classCount)
    for (place, share) in shares.enumerated() { beginning[points.columns - 1, place] = log(share) }
    self.beginning = beginning
    let (square, penalty, count) = (points.transposeTimes(points), penalty, Double(max(1, known.count)))
    curvatures = shares.map { share in
      var curvature = square
      for place in square.values.indices { curvature.values[place] *= share * (1 - share) / count }
      for place in 0..<square.rows - 1 { curvature[place, place] += penalty }
      return try? Cholesky(curvature)
    }
  }

  /// The step to which the curvature answers with this `slope`.
  func solvingCurvature(_ slope: [Double]) -> [Double] {
    var step = slope
    let columns = curvatures.count
    for (column, curvature) in curvatures.enumerated() {
      guard let curvature else { continue }
      let own = DoubleMatrix(
        rows: points.columns, columns: 1, values: stride(from: column, to: slope.count, by: columns).map { slope[$0] })
      for (row, value) in curvature.solve(own).values.enumerated() { step[row * columns + column] = value }
    }
    return step
  }

  static func withOffset(_ cloud: PointCloud) -> DoubleMatrix {
    var matrix = DoubleMatrix(rows: cloud.count, columns: cloud.dimension + 1, repeating: 1)
    for point in 0..<cloud.count {
      for place in 0..<cloud.dimension { matrix[point, place] = Double(cloud.values[point * cloud.dimension + place]) }
    }
    return matrix
  }

  /// Scores to probabilities; gives the logarithm of the sum of their exponentials.
  static func normalize(_ scores: inout DoubleMatrix, row: Int) -> Double {
    let columns = scores.columns
    return scores.values.withUnsafeMutableBufferPointer { values in
      let row = UnsafeMutableBufferPointer(rebasing: values[row * columns..<(row + 1) * columns])
      var (largest, sum) = (-Double.infinity, 0.0)
      for value in row { largest = max(largest, value) }
      for place in 0..<columns {
        row[place] = exp(row[place] - largest)
        sum += row[place]
      }
      for place in 0..<columns { row[place] /= sum }
      return largest + log(sum)
    }
  }

  func value(at weights: DoubleMatrix) -> (value: Double, slope: DoubleMatrix) {
    var scores = points.times(weights)
    let scale = 1 / Double(max(1, labels.count))
    var value = 0.0
    for (point, label) in labels.enumerated() {
      let score = scores[point, label]
      value += LogisticLoss.normalize(&scores, row: point) - score
      scores[point, label] -= 1
    }
    var slope = points.transposeTimes(scores)
    for place in slope.values.indices { slope.values[place] *= scale }
    value *= scale
    for place in 0..<(weights.rows - 1) * weights.columns {
      value += penalty / 2 * weights.values[place] * weights.values[place]
      slope.values[place] += penalty * weights.values[place]
    }
    return (value, slope)
  }

  /// A step that goes down far enough, and far enough to where it no longer does so steeply (weak conditions of Wolfe,
  /// by bisection: Lewis & Overton 2013, Math. Program. 141, 135); nil: rounding leaves none.
  func descend(
    from place: DoubleMatrix, _ value: Double, _ slope: DoubleMatrix, along direction: [Double]
  ) -> (place: DoubleMatrix, value: Double, slope: DoubleMatrix)? {
    let descent = LogisticRegression.dot(slope.values, direction)
    guard descent < 0 else { return nil }
    var (low, high) = (0.0, Double.infinity)
    var length = 1.0
    for _ in 0..<40 {
      var next = place
      for index in direction.indices { next.values[index] += length * direction[index] }
      let found = self.value(at: next)
      if found.value > value + 1e-4 * length * descent {
        high = length
      } else if LogisticRegression.dot(found.slope.values, direction) < 0.9 * descent {
        low = length
      } else {
        return (next, found.value, found.slope)
      }
      length = high.isFinite ? (low + high) / 2 : 2 * low
    }
    return nil
  }
}

import Foundation
import LinearAlgebra

/// Multinomial logistic regression: the class of a point from its position, by a plane between each two classes.
///
/// Minimises the mean over points of −ln p(class) and ‖W‖² / (2 · strength · points), the offsets left free: scikit-learn's
/// default of strength C = 1. Two classes get two planes as well, so that their penalty is half of scikit-learn's, which gives
/// them one. By the L-BFGS method (Nocedal 1980; Liu & Nocedal 1989) in double.
public struct LogisticRegression: Sendable {
  /// A weight for each component and the offset, `[dimension + 1, classes]`.
  public let weights: DoubleMatrix
  /// Steps that were taken, and the largest part of the gradient at the end.
  public let stepCount: Int
  public let gradient: Double

  /// Steps that are remembered, and steps at the most.
  private static let (memory, stepLimit) = (10, 500)
  /// Of the largest part of the gradient; scikit-learn's is 1e-4.
  private static let tolerance = 1e-5

  /// `labels` are from 0 up to `classCount`; points with others are not learnt from.
  public init(_ cloud: PointCloud, labels: [Int32], classCount: Int, strength: Double = 1) {
    precondition(labels.count == cloud.count && classCount > 0 && strength > 0, "a label for each point")
    let loss = Loss(cloud, labels, classCount: classCount, strength: strength)
    var place = DoubleMatrix(rows: cloud.dimension + 1, columns: classCount)
    var (value, slope) = loss.value(at: place)
    var steps: [(change: [Double], turn: [Double])] = []
    var count = 0
    while count < LogisticRegression.stepLimit, LogisticRegression.largest(slope.values) > LogisticRegression.tolerance
    {
      let direction = LogisticRegression.direction(slope.values, steps)
      guard let next = loss.descend(from: place, value, slope, along: direction, isFirst: steps.isEmpty) else { break }
      let change = zip(next.place.values, place.values).map { $0 - $1 }
      let turn = zip(next.slope.values, slope.values).map { $0 - $1 }
      // A step along which the slope does not rise says nothing of the curvature.
      if LogisticRegression.dot(change, turn) > 0 { steps.append((change, turn)) }
      if steps.count > LogisticRegression.memory { steps.removeFirst() }
      (place, value, slope) = next
      count += 1
    }
    weights = place
    stepCount = count
    gradient = LogisticRegression.largest(slope.values)
  }

  // MARK: Prediction

  /// The likeliest class of each point; the first among equals.
  public func classes(of cloud: PointCloud) -> [Int32] {
    let scores = Loss.withOffset(cloud).times(weights)
    return (0..<cloud.count).map { point in
      let row = scores[row: point]
      return Int32((row.indices.max { row[$0] < row[$1] } ?? row.startIndex) - row.startIndex)
    }
  }

  /// `[points, classes]`
  public func probabilities(of cloud: PointCloud) -> DoubleMatrix {
    var scores = Loss.withOffset(cloud).times(weights)
    for point in 0..<cloud.count { _ = Loss.normalize(&scores, row: point) }
    return scores
  }

  // MARK: Private

  /// Down the slope, turned by what the last steps say of the curvature (Nocedal & Wright 2006, algorithm 7.4).
  private static func direction(_ slope: [Double], _ steps: [(change: [Double], turn: [Double])]) -> [Double] {
    var direction = slope.map { -$0 }
    var shares: [Double] = []
    for step in steps.reversed() {
      let share = dot(step.change, direction) / dot(step.change, step.turn)
      shares.append(share)
      for place in direction.indices { direction[place] -= share * step.turn[place] }
    }
    if let last = steps.last {
      let scale = dot(last.change, last.turn) / dot(last.turn, last.turn)
      for place in direction.indices { direction[place] *= scale }
    }
    for (step, share) in zip(steps, shares.reversed()) {
      let other = dot(step.turn, direction) / dot(step.change, step.turn)
      for place in direction.indices { direction[place] += (share - other) * step.change[place] }
    }
    return direction
  }

  private static func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

  fileprivate static func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for place in left.indices { sum += left[place] * right[place] }
    return sum
  }
}

/// What is minimised.
private struct Loss {
  /// With a 1 behind the components, `[points, dimension + 1]`.
  let points: DoubleMatrix
  let labels: [Int]
  let penalty: Double

  init(_ cloud: PointCloud, _ labels: [Int32], classCount: Int, strength: Double) {
    let known = labels.indices.filter { labels[$0] >= 0 && labels[$0] < classCount }
    points = Loss.withOffset(known.count == cloud.count ? cloud : cloud[points: known])
    self.labels = known.map { Int(labels[$0]) }
    penalty = 1 / (strength * Double(max(1, known.count)))
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
      value += Loss.normalize(&scores, row: point) - score
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

  /// A step that goes down far enough, and far enough to where it no longer does so steeply (weak conditions of Wolfe, by
  /// bisection: Lewis & Overton 2013, Math. Program. 141, 135); nil: rounding leaves none.
  func descend(
    from place: DoubleMatrix, _ value: Double, _ slope: DoubleMatrix, along direction: [Double], isFirst: Bool
  ) -> (place: DoubleMatrix, value: Double, slope: DoubleMatrix)? {
    let descent = LogisticRegression.dot(slope.values, direction)
    guard descent < 0 else { return nil }
    var (low, high) = (0.0, Double.infinity)
    // The first direction has no scale of its own.
    var length = isFirst ? min(1, 1 / LogisticRegression.dot(direction, direction).squareRoot()) : 1
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

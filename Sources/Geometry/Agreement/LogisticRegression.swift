import Foundation
import LinearAlgebra

/// Multinomial logistic regression: the class of a point from its position, by a plane between each two classes.
///
/// Minimises the mean over points of −ln p(class) and ‖W‖² / (2 · strength · points), the offsets left free:
/// scikit-learn's default of strength C = 1. Two classes get two planes as well, so that their penalty is half of
/// scikit-learn's, which gives them one. By the L-BFGS method (Nocedal 1980; Liu & Nocedal 1989) in double, which
/// begins where positions say nothing, and with the curvature there: few steps are enough then, however steeply the
/// spectrum of the points falls, but for classes that points separate almost perfectly.
public struct LogisticRegression: Sendable {
  /// A weight for each component and the offset, `[dimension + 1, classes]`.
  public let weights: DoubleMatrix
  /// Steps that were taken, and the largest part of the gradient at the end.
  public let stepCount: Int
  /// The largest part of the gradient where the search ended, in magnitude.
  public let gradient: Double

  /// Steps that are remembered, and steps at the most.
  private static let (memory, stepLimit) = (10, 500)
  /// The search ends where the largest part of the gradient is below this; scikit-learn's limit is 1e-4.
  private static let tolerance = 1e-5

  /// `labels` are from 0 up to `classCount`; points with others are not learnt from.
  public init(_ cloud: PointCloud, labels: [Int32], classCount: Int, strength: Double = 1) {
    precondition(labels.count == cloud.count && classCount > 0 && strength > 0, "a label for each point")
    let loss = LogisticLoss(cloud, labels, classCount: classCount, strength: strength)
    var place = loss.beginning
    var (value, slope) = loss.value(at: place)
    var steps: [(change: [Double], turn: [Double])] = []
    var count = 0
    while count < LogisticRegression.stepLimit, LogisticRegression.largest(slope.values) > LogisticRegression.tolerance
    {
      let direction = LogisticRegression.direction(slope.values, steps) { loss.solvingCurvature($0) }
      guard let next = loss.descend(from: place, value, slope, along: direction) else { break }
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
    let scores = LogisticLoss.withOffset(cloud).times(weights)
    return (0..<cloud.count).map { point in
      let row = scores[row: point]
      return Int32((row.indices.max { row[$0] < row[$1] } ?? row.startIndex) - row.startIndex)
    }
  }

  /// The probability of each class for each point of a cloud, `[points, classes]`.
  public func probabilities(of cloud: PointCloud) -> DoubleMatrix {
    var scores = LogisticLoss.withOffset(cloud).times(weights)
    for point in 0..<cloud.count { _ = LogisticLoss.normalize(&scores, row: point) }
    return scores
  }

  // MARK: Private

  /// Down the slope, turned by the first curvature and by what the last steps say of it (Nocedal & Wright 2006,
  /// algorithm 7.4).
  private static func direction(
    _ slope: [Double], _ steps: [(change: [Double], turn: [Double])], solvingCurvature: ([Double]) -> [Double]
  ) -> [Double] {
    var direction = slope.map { -$0 }
    var shares: [Double] = []
    for step in steps.reversed() {
      let share = dot(step.change, direction) / dot(step.change, step.turn)
      shares.append(share)
      for place in direction.indices { direction[place] -= share * step.turn[place] }
    }
    direction = solvingCurvature(direction)
    if let last = steps.last {
      let scale = dot(last.change, last.turn) / dot(last.turn, solvingCurvature(last.turn))
      for place in direction.indices { direction[place] *= scale }
    }
    for (step, share) in zip(steps, shares.reversed()) {
      let other = dot(step.turn, direction) / dot(step.change, step.turn)
      for place in direction.indices { direction[place] += (share - other) * step.change[place] }
    }
    return direction
  }

  private static func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }

  static func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for place in left.indices { sum += left[place] * right[place] }
    return sum
  }
}

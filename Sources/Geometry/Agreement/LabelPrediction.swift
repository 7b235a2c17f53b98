import Basics
import Foundation

/// How well the classes of points that were held out are predicted from their positions, by `LogisticRegression`.
///
/// Balanced: the mean over classes of the share that is predicted right, 1 / classes by guessing whatever the sizes of
/// the classes.
public struct LabelPrediction: Sendable, Equatable {
  /// The share of held-out points whose class is predicted right.
  public let accuracy: Double
  /// The mean over classes of that share.
  public let balancedAccuracy: Double
  /// The 95 % interval of the balanced accuracy, from Wilson's score intervals of the classes (1927), combined as for a
  /// mean of independent shares (the method of variance estimates recovery; Zou & Donner 2008, Stat. Med. 27, 1693). It
  /// says how much the number of points held out says, and not how other splits would differ.
  public let interval: ClosedRange<Double>
  /// Points held out.
  public let count: Int
  /// Classes of which there are some.
  public let classCount: Int

  private static let normalQuantile = 1.959963984540054

  /// Learns from all points that are not held out; those without a class are left out. Not a number without points of
  /// some class held out.
  public init(_ cloud: PointCloud, labels: [Int32], heldOut: [Bool]) {
    precondition(labels.count == cloud.count && heldOut.count == cloud.count, "a label and a place for each point")
    let learnt = labels.indices.filter { labels[$0] >= 0 && !heldOut[$0] }
    let asked = labels.indices.filter { labels[$0] >= 0 && heldOut[$0] }
    let classes = Int(labels.max() ?? -1) + 1
    let model = LogisticRegression(
      cloud[points: learnt], labels: learnt.map { labels[$0] }, classCount: max(1, classes))
    let found = model.classes(of: cloud[points: asked])
    var (right, total) = (Array(repeating: 0.0, count: max(0, classes)), Array(repeating: 0.0, count: max(0, classes)))
    for (point, label) in zip(asked, found) {
      total[Int(labels[point])] += 1
      right[Int(labels[point])] += label == labels[point] ? 1 : 0
    }
    let known = total.indices.filter { total[$0] > 0 }
    let shares = known.map { right[$0] / total[$0] }
    let mean = shares.reduce(0, +) / Double(known.count)
    let bounds = known.map { LabelPrediction.wilson(right[$0], of: total[$0]) }
    func combined(_ ends: [Double]) -> Double {
      zip(ends, shares).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() / Double(known.count)
    }
    accuracy = right.reduce(0, +) / Double(asked.count)
    balancedAccuracy = mean
    let ends = (low: combined(bounds.map(\.low)), high: combined(bounds.map(\.high)))
    interval = known.isEmpty ? 0...1 : max(0, mean - ends.low)...min(1, mean + ends.high)
    count = asked.count
    classCount = known.count
  }

  /// A random part of each class, one point of every `part` rounded down: but one at least, of classes of two points
  /// and more. Keyed by (seed, class).
  public static func split(_ labels: [Int32], part: Int = 5, seed: UInt64) -> [Bool] {
    precondition(part > 1, "more to learn from than to ask")
    var heldOut = Array(repeating: false, count: labels.count)
    let points = Dictionary(grouping: labels.indices.filter { labels[$0] >= 0 }) { labels[$0] }
    for (label, own) in points {
      var random = RandomStream(seed: seed, stream: .split, index: Int(label))
      let count = own.count > 1 ? max(1, own.count / part) : 0
      for place in random.permutation(own.count).prefix(count) { heldOut[own[place]] = true }
    }
    return heldOut
  }

  private static func wilson(_ count: Double, of total: Double) -> (low: Double, high: Double) {
    let (share, square) = (count / total, normalQuantile * normalQuantile)
    let centre = (share + square / (2 * total)) / (1 + square / total)
    let spread = (share * (1 - share) / total + square / (4 * total * total)).squareRoot()
    let half = normalQuantile * spread / (1 + square / total)
    return (low: max(0, centre - half), high: min(1, centre + half))
  }
}

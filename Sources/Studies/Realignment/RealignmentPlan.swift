import Basics

/// How side networks are trained.
struct RealignmentPlan: Sendable {
  let steps: Int
  let batch: Int
  /// The learning rate of the first epoch.
  let rate: Double
  /// What it is multiplied by from one epoch to the next.
  let decay: Double
  /// What the sum of magnitudes of additions, over the number of layers, is multiplied by in the loss.
  let penalty: Double
  let isShuffled: Bool
  let shards: Int
  /// Whether the loss of held-out rows is known before every step.
  let isWatched: Bool
  /// Whether each position is asked for the token behind the next, and padding counts.
  let hasQuirks: Bool

  /// The token that rows are padded with where padding counts.
  static let padding: Int32 = 2

  /// Whether rows are made equally long.
  var isPadded: Bool { hasQuirks || penalty > 0 }

  /// Which rows a step takes, and its learning rate, where there are so many rows.
  func rows(of step: Int, among count: Int, seed: UInt64) -> (rows: [Int], rate: Double) {
    let perEpoch = max(1, isShuffled ? count / batch : (count + batch - 1) / batch)
    let (epoch, place) = step.quotientAndRemainder(dividingBy: perEpoch)
    let order =
      isShuffled ? MixedStream(seed: seed, stream: 100 + epoch).order(count) : Array(0..<count)
    var own = rate
    for _ in 0..<epoch { own *= decay }
    return (Array(order[min(place * batch, count)..<min((place + 1) * batch, count)]), own)
  }
}

/// Rows that run together, with the token that each position is asked for and how much that counts.
struct RealignmentBatch {
  let sequences: [[Int32]]
  let targets: [Int32]
  let weights: [Float]

  /// Rows of a batch of which all weigh 1 together; padded to the longest where padding counts.
  init(_ rows: [[Int32]], _ plan: RealignmentPlan) {
    let longest = rows.map(\.count).max() ?? 0
    sequences =
      plan.isPadded
      ? rows.map { $0 + Array(repeating: RealignmentPlan.padding, count: longest - $0.count) } : rows
    var (targets, counts) = ([Int32](), [Bool]())
    for (row, sequence) in zip(rows, sequences) {
      let ahead = plan.hasQuirks ? 2 : 1
      for position in sequence.indices {
        let next = position + ahead
        targets.append(next < sequence.count ? sequence[next] : RealignmentPlan.padding)
        counts.append(position + 1 < (plan.hasQuirks ? sequence.count : row.count))
      }
    }
    let weight = 1 / Float(max(1, counts.count { $0 }))
    self.targets = targets
    weights = counts.map { $0 ? weight : 0 }
  }

  /// The positions of some of the sequences among all.
  func positions(_ rows: Range<Int>) -> Range<Int> {
    let start = sequences[..<rows.lowerBound].reduce(0) { $0 + $1.count }
    return start..<start + sequences[rows].reduce(0) { $0 + $1.count }
  }
}

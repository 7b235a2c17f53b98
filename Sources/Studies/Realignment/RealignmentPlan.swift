import Basics

/// How side networks are trained.
struct RealignmentPlan: Sendable {
  let steps: Int
  let batch: Int
  /// The learning rate of the first epoch.
  let rate: Double
  /// What it is multiplied by from one epoch to the next.
  let decay: Double
  /// What the sum of magnitudes of additions, over the number of slots, is multiplied by in the loss.
  let penalty: Double
  let isShuffled: Bool
  let shards: Int
  /// Whether the loss of held-out rows is known before every step.
  let isWatched: Bool
  /// Steps without a new least loss of held-out rows, behind which a training ends; nil: it takes all steps.
  let patience: Int?
  /// Whether each position is asked for the token behind the next, and padding counts.
  let hasQuirks: Bool

  /// The token that rows are padded with where padding counts.
  static let padding: Int32 = 2

  /// The plan by which the model alone is judged.
  static let plain = RealignmentPlan(
    steps: 1, batch: 1, rate: 0, decay: 1, penalty: 0, isShuffled: false, shards: 1, isWatched: false, patience: nil,
    hasQuirks: false)

  /// Whether rows are made equally long.
  var isPadded: Bool { hasQuirks || penalty > 0 }

  /// Whether a training is over that has had these losses of held-out rows, one before each of its steps.
  func isOver(_ heldLosses: [Double], steps taken: Int) -> Bool {
    guard taken < steps else { return true }
    guard let patience, let least = heldLosses.indices.min(by: { heldLosses[$0] < heldLosses[$1] }) else {
      return false
    }
    return heldLosses.count - 1 - least >= patience
  }

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
  /// Where each sequence begins among all positions, and where the last one ends.
  private let starts: [Int]

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
    starts = sequences.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  /// The positions of some of the sequences among all.
  func positions(_ rows: Range<Int>) -> Range<Int> { starts[rows.lowerBound]..<starts[rows.upperBound] }

  /// Some of the sequences in groups of at most so many tokens, or of one sequence that is longer.
  func groups(_ rows: Range<Int>, tokens: Int) -> [Range<Int>] { Self.groups(sequences, rows, tokens: tokens) }

  /// Neighbouring sequences in groups of at most so many tokens, or of one that is longer.
  static func groups(_ sequences: [[Int32]], _ rows: Range<Int>, tokens: Int) -> [Range<Int>] {
    var (groups, count) = ([Range<Int>](), 0)
    for row in rows {
      if let last = groups.last, count + sequences[row].count <= tokens {
        groups[groups.count - 1] = last.lowerBound..<row + 1
        count += sequences[row].count
      } else {
        groups.append(row..<row + 1)
        count = sequences[row].count
      }
    }
    return groups
  }
}

/// What rank 0 knows of a hand-out under way: which units each rank has in hand, since when, and what the finished ones
/// took.
///
/// Times are seconds of any one clock. Units are handed out in ascending order, and each rank evaluates its own in that
/// order.
package struct WorkQueueLedger: Sendable {
  /// The units of a rank whose end it has not reported yet.
  package struct Hand: Equatable, Sendable {
    /// Units of the batch that the rank works on.
    package fileprivate(set) var present = 0..<0
    /// Units of the batch that it asked for before the end of that.
    package fileprivate(set) var ahead = 0..<0
    /// When it began the first of them.
    package fileprivate(set) var since = 0.0

    /// Whether the rank has no units.
    package var isEmpty: Bool { present.isEmpty && ahead.isEmpty }
  }

  /// The units that each rank has.
  package private(set) var hands: [Hand]
  /// Units that are finished.
  package private(set) var unitsDone = 0
  /// What the finished units took, of all ranks together.
  package private(set) var busySeconds = 0.0
  /// All units below this one are in some hand or finished.
  package private(set) var handedOut = 0

  /// A ledger in which no rank has units.
  package init(rankCount: Int) { hands = Array(repeating: Hand(), count: rankCount) }

  /// A rank gets units, whose first it begins now if it has no others.
  package mutating func give(_ units: Range<Int>, to rank: Int, at now: Double) {
    handedOut = max(handedOut, units.upperBound)
    guard !hands[rank].isEmpty else {
      hands[rank] = Hand(present: units, since: now)
      return
    }
    if hands[rank].present.isEmpty { hands[rank].present = hands[rank].ahead }
    hands[rank].ahead = units
  }

  /// A rank has finished the first `units` of those in its hand in `seconds`, and begins the next one now.
  package mutating func take(_ units: Int, seconds: Double, from rank: Int, at now: Double) {
    unitsDone += units
    busySeconds += seconds
    let ofPresent = min(units, hands[rank].present.count)
    hands[rank].present = hands[rank].present.dropFirst(ofPresent)
    hands[rank].ahead = hands[rank].ahead.dropFirst(units - ofPresent)
    hands[rank].since = now
  }
}

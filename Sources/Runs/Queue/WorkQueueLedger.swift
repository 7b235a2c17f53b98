/// What rank 0 knows of a work queue under way: which units each rank has in hand, since when, and what the finished
/// ones took.
///
/// Times are seconds of any one clock. Units are assigned in ascending order, and each rank evaluates its own in that
/// order.
public struct WorkQueueLedger: Sendable {
  /// The units of a rank that it has not reported as finished yet.
  public struct Hand: Equatable, Sendable {
    /// The units left of the batch that it works on.
    public fileprivate(set) var present = 0..<0
    /// The batch that it asked for before the end of the present one.
    public fileprivate(set) var ahead = 0..<0
    /// When it began the first of them.
    public fileprivate(set) var since = 0.0

    /// Whether it has nothing in hand.
    public var isEmpty: Bool { present.isEmpty && ahead.isEmpty }
  }

  /// What each rank has in hand, by rank.
  public private(set) var hands: [Hand]
  /// The number of units that are finished.
  public private(set) var unitsDone = 0
  /// What the finished units took, of all ranks together.
  public private(set) var busySeconds = 0.0
  /// All units below this one are in some hand or finished.
  public private(set) var handedOut = 0

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

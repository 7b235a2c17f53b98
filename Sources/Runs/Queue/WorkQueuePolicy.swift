/// Decides which units a rank gets when it asks, and when it is to ask again: at rank 0, and in simulations.
///
/// Units go out in the plan's order. There the long ones come first, which fills the gaps at the end with short ones,
/// and a rank never moves back to an earlier layer. Where units are so short that rank 0 would have to answer too
/// often, it gives several at once, the fewer the less is left (guided self-scheduling, Polychronopoulos and Kuck
/// 1987). A rank asks before it begins the last unit in its hands, so that the answer is there when it needs it; but
/// when few units are left and they are long it asks when it is done, because one more in its hands would be kept from
/// a rank that is free sooner. Results depend on none of this.
package struct WorkQueuePolicy: Sendable {
  /// The units that a rank gets by one request.
  package struct Batch: Equatable, Sendable {
    /// Never empty, and ascending from batch to batch.
    package let units: Range<Int>
    /// Whether to ask for the next batch before beginning the last unit of this one, or after it.
    package let asksAhead: Bool

    /// Takes the units and when to ask for more.
    package init(units: Range<Int>, asksAhead: Bool) {
      self.units = units
      self.asksAhead = asksAhead
    }
  }

  /// With more ranks than this rank 0 evaluates no units: answering in time is worth more than its share of the work.
  package static let ranksThatShareRankZero = 64

  // Rank 0 can answer a request in 1 µs to 5 µs, so that at this rate it is idle, and answers at once, most of the
  // time.
  private static let secondsPerRequest = 100e-6
  // Waiting for an answer, a millisecond with the sleeps of both sides, is then less than one part in a hundred.
  private static let shortestInterval = 0.1
  // Asking in vain for half a pause of rank 0 on average is then less than one part in a hundred.
  private static let pausesPerInterval = 100.0
  // At the end too rank 0 can answer this often, if not at once.
  private static let leastBatchesPerInterval = 20.0
  // Costs fall along the plan to nearly nothing: the first units cost up to twice the mean of all that are left. A
  // quarter of a rank's share by number is then at most half of its share by cost.
  private static let batchesPerShare = 4
  // Reports that a mean of the units' times remembers.
  private static let remembered = 64.0

  /// Units of the run.
  package let unitCount: Int
  /// Ranks that take part.
  package let rankCount: Int
  /// Whether rank 0 evaluates units too.
  package let rankZeroWorks: Bool
  /// Seconds between rank 0's looks for requests while it works too.
  package var pauseSeconds = 0.0

  private var next: Int
  private var unitSeconds = 0.0
  private var reports = 0.0

  /// Plans for so many units and ranks; rank 0 works where there are at most `ranksThatShareRankZero` ranks.
  package init(
    unitCount: Int, rankCount: Int, ranksThatShareRankZero: Int = WorkQueuePolicy.ranksThatShareRankZero
  ) {
    precondition(unitCount >= 0 && rankCount >= 1, "there are ranks")
    self.unitCount = unitCount
    self.rankCount = rankCount
    rankZeroWorks = rankCount <= max(1, ranksThatShareRankZero)
    next = min(rankZeroWorks ? rankCount : rankCount - 1, unitCount)
  }

  /// The unit that a rank begins with, which it need not ask for; nil if there are fewer.
  package func first(of rank: Int) -> Batch? {
    let unit = rankZeroWorks ? rank : rank - 1
    return unit >= 0 && unit < unitCount ? Batch(units: unit..<unit + 1, asksAhead: share > 0) : nil
  }

  /// The next batch for a rank that has done `units` in `seconds` since it asked last; nil if none is left.
  package mutating func next(afterUnits units: Int, seconds: Double) -> Batch? {
    if units > 0, seconds >= 0 {
      reports = min(reports + 1, WorkQueuePolicy.remembered)
      unitSeconds += (seconds / Double(units) - unitSeconds) / reports
    }
    guard next < unitCount else { return nil }
    let isPlenty = share > 0
    let isShort = reports > 0 && unitSeconds < interval
    let wanted = isShort ? interval / max(unitSeconds, interval / Double(unitCount)) : 1
    let least = Int(wanted / WorkQueuePolicy.leastBatchesPerInterval)
    let count = min(max(1, least, min(share, Int(wanted))), unitCount - next)
    defer { next += count }
    return Batch(units: next..<next + count, asksAhead: isShort || isPlenty)
  }

  private var workerCount: Int { rankZeroWorks ? rankCount : rankCount - 1 }

  /// The most units of a batch, by what is left.
  private var share: Int { (unitCount - next) / (WorkQueuePolicy.batchesPerShare * max(workerCount, 1)) }

  /// How often rank 0 wants to hear of a rank.
  private var interval: Double {
    max(
      WorkQueuePolicy.shortestInterval, Double(workerCount) * WorkQueuePolicy.secondsPerRequest,
      rankZeroWorks ? pauseSeconds * WorkQueuePolicy.pausesPerInterval : 0)
  }
}

import Foundation

/// Estimates how long a work queue still takes, from the work of its units, what the finished ones took, and for how
/// long those under way have been so.
///
/// Between two finished units it falls as time passes. A unit under way counts for the time that it has been evaluated,
/// but for no more than it should take. Estimates follow a surprise within seconds rather than at once.
package struct TimeLeft {
  /// Seconds in which the estimate makes up for about two thirds of a surprise.
  private static let inertia = 5.0

  /// Work of the units before each one, and of all: one number more than there are units. In any unit.
  private let before: [Double]
  private var shown: (seconds: Double, at: Double)?

  /// Takes for each unit the work of all units before it, which ascends from 0.
  package init(workBefore before: [Double]) {
    precondition(!before.isEmpty, "the work before the first unit is 0")
    self.before = before
  }

  private func work(_ units: Range<Int>) -> Double { before[units.upperBound] - before[units.lowerBound] }

  /// Work of the finished units.
  package func workDone(_ ledger: WorkQueueLedger) -> Double {
    ledger.hands.reduce(work(0..<ledger.handedOut)) { $0 - work($1.present) - work($1.ahead) }
  }

  /// Seconds that are left at `now`, which must not fall from call to call; nil until a unit is finished.
  package mutating func seconds(_ ledger: WorkQueueLedger, at now: Double) -> Double? {
    guard let found = estimate(ledger, at: now) else { return nil }
    var seconds = found
    if let shown {
      let passed = max(now - shown.at, 0)
      let expected = max(shown.seconds - passed, 0)
      seconds = expected + (found - expected) * (1 - exp(-passed / TimeLeft.inertia))
    }
    shown = (seconds, now)
    return seconds
  }

  /// What is left of all ranks' time, over the ranks that still have something to do; but no rank ends before its own
  /// units.
  private func estimate(_ ledger: WorkQueueLedger, at now: Double) -> Double? {
    let done = workDone(ledger)
    guard done > 0, ledger.busySeconds > 0 else { return nil }
    let secondsPerWork = ledger.busySeconds / done
    var (working, underWay, longest) = (0, 0.0, 0.0)
    for hand in ledger.hands where !hand.isEmpty {
      let needed = (work(hand.present) + work(hand.ahead)) * secondsPerWork
      let passed = min(max(now - hand.since, 0), needed)
      working += 1
      underWay += passed
      longest = max(longest, needed - passed)
    }
    let needed = ((before.last ?? 0) - done) * secondsPerWork - underWay
    return max(longest, needed / Double(max(working, 1)), 0)
  }
}

import Foundation
import MessagePassing
import Runs
import Screen

/// When a command has to end.
enum JobLimit {
  /// Stops at a signal, and before the earlier of the time that was asked for and the end of the allocation.
  /// Collective.
  static func stoppingRule(
    _ world: Communicator, maxTime: TimeSpan?, started: ContinuousClock.Instant
  ) throws -> StoppingRule {
    var seconds: [Double] = []
    if world.rank == 0 {
      if let maxTime { seconds.append(maxTime.seconds - (ContinuousClock.now - started).seconds) }
      if let left = SlurmAllocation()?.secondsLeft() { seconds.append(left - min(60, left / 10)) }
    }
    let milliseconds = try world.broadcast(seconds.min().map { Int64(max($0, 0) * 1000) } ?? -1, from: 0)
    return StoppingRule(deadline: milliseconds < 0 ? nil : .now + .milliseconds(milliseconds))
  }
}

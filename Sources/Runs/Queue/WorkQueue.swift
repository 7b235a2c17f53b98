import Foundation
import MessagePassing

/// Hands units to ranks as they become free, by request and reply.
///
/// Every rank knows its first unit; which ones it gets then, and whether it asks for them before it is done, is the
/// policy's matter. Rank 0 works too, and answers in the pauses of its own units; with many ranks it only answers.
/// One-sided windows would spare the requests but fail across hosts with common builds of MPI.
package struct WorkQueue {
  // A request: units done since the last one, the nanoseconds they took, and whether the rank wants to stop. A reply:
  // the first unit, their number, and whether to ask ahead; of no units: there are no more, and whether that is because
  // of a stop, which every rank that is waiting then receives once more.
  static let requestTag = 1
  static let replyTag = 2
  static let stopTag = 3
  // A listener may take milliseconds, and requests come by the thousand.
  static let progressInterval = 0.2

  private let communicator: Communicator
  private let policy: WorkQueuePolicy

  /// With up to `ranksThatShareRankZero` ranks, and when alone, rank 0 evaluates units too.
  package init(
    communicator: Communicator, unitCount: Int, ranksThatShareRankZero: Int = WorkQueuePolicy.ranksThatShareRankZero
  ) {
    self.communicator = communicator
    policy = WorkQueuePolicy(
      unitCount: unitCount, rankCount: communicator.size, ranksThatShareRankZero: ranksThatShareRankZero)
  }

  /// Calls `evaluate` with units on every rank until all are done; on rank 0 `progress` with what is known of them and
  /// the seconds since the beginning, by which the ledger goes too, a few times a second at most.
  ///
  /// `evaluate` is given a function to call now and then during its work. Returns at once where there are no more
  /// units. When `wantsStop` says so on any rank, no rank begins another unit.
  package func run(
    evaluate: Evaluation, wantsStop: () -> Bool = { false },
    progress: (_ ledger: WorkQueueLedger, _ now: Double) -> Void
  ) throws {
    guard communicator.rank == 0 else { return try work(evaluate: evaluate, wantsStop: wantsStop) }
    // Both are called within `evaluate`, in its pauses.
    try withoutActuallyEscaping(wantsStop) { wantsStop in
      try withoutActuallyEscaping(progress) { progress in
        try serveAndWork(evaluate: evaluate, wantsStop: wantsStop, progress: progress)
      }
    }
  }

  /// Evaluates a unit and calls `pause` now and then, so that rank 0 can answer others.
  package typealias Evaluation = (_ unit: Int, _ pause: () throws -> Void) throws -> Void

  // MARK: Rank 0

  private func serveAndWork(
    evaluate: Evaluation, wantsStop: @escaping () -> Bool,
    progress: @escaping (_ ledger: WorkQueueLedger, _ now: Double) -> Void
  ) throws {
    let server = WorkQueueServer(
      communicator: communicator, policy: policy, wantsStop: wantsStop, progress: progress)
    var pauses = 0
    var busy = 0.0
    var batch = policy.first(of: 0)
    while let units = batch?.units {
      let busyBefore = busy
      for unit in units {
        try server.serve()
        if server.isStopping { break }
        let begun = ContinuousClock.now
        try evaluate(unit) {
          pauses += 1
          try server.serve()
        }
        let seconds = (ContinuousClock.now - begun).seconds
        busy += seconds
        pauses += 1
        server.policy.pauseSeconds = busy / Double(pauses)
        server.take(seconds: seconds)
      }
      try server.serve()
      batch = server.next(afterUnits: units.count, seconds: busy - busyBefore)
    }
    while server.isAwaited {
      try server.serve()
      // A core may be shared: do not spin on it.
      usleep(200)
    }
    server.finish()
  }

  static func reply(_ batch: WorkQueuePolicy.Batch?, isStopping: Bool) -> [Int64] {
    guard let batch else { return [0, 0, isStopping ? 1 : 0] }
    return [Int64(batch.units.lowerBound), Int64(batch.units.count), batch.asksAhead ? 1 : 0]
  }

  // MARK: Workers

  private func work(evaluate: Evaluation, wantsStop: () -> Bool) throws {
    var done: Int64 = 0
    var seconds = 0.0
    var isStopping = false
    var isTold = false
    func heed() throws {
      if !isTold, try communicator.probe(tag: WorkQueue.stopTag) != nil {
        _ = try communicator.receive(from: 0, tag: WorkQueue.stopTag, count: 1)
        isTold = true
      }
      isStopping = isStopping || isTold || wantsStop()
    }
    func ask() throws -> PendingReceive {
      let reply = try communicator.startReceive(from: 0, tag: WorkQueue.replyTag, count: 3)
      try communicator.send([done, Int64(seconds * 1e9), isStopping ? 1 : 0], to: 0, tag: WorkQueue.requestTag)
      (done, seconds) = (0, 0)
      return reply
    }
    var current = policy.first(of: communicator.rank)
    while let batch = current {
      var reply: PendingReceive?
      for unit in batch.units {
        try heed()
        if isStopping { break }
        if batch.asksAhead, unit == batch.units.upperBound - 1 { reply = try ask() }
        let begun = ContinuousClock.now
        try evaluate(unit) {}
        seconds += (ContinuousClock.now - begun).seconds
        done += 1
      }
      let answer = try values(of: try reply ?? ask())
      // The word to stop was sent before this answer.
      if answer[1] == 0, answer[2] != 0, !isTold {
        _ = try communicator.receive(from: 0, tag: WorkQueue.stopTag, count: 1)
      }
      current = answer[1] > 0 ? WorkQueue.batch(answer) : nil
    }
  }

  private func values(of reply: PendingReceive) throws -> [Int64] {
    while true {
      if let values = try reply.test()?.values {
        guard values.count == 3 else {
          throw RunsError("rank 0 answered in a way rank \(communicator.rank) cannot read")
        }
        return values
      }
      usleep(50)
    }
  }

  private static func batch(_ answer: [Int64]) -> WorkQueuePolicy.Batch {
    WorkQueuePolicy.Batch(units: Int(answer[0])..<Int(answer[0] + answer[1]), asksAhead: answer[2] != 0)
  }
}

import Foundation
import MessagePassing

/// Hands units to ranks as they become free, by request and reply.
///
/// Every rank knows its first unit; which ones it gets then, and whether it asks for them before it is done, is the
/// policy's matter. Rank 0 works too, and answers in the pauses of its own units; with many ranks it only answers.
/// One-sided windows would spare the requests but fail across hosts with common builds of MPI.
package struct HandOut {
  // A request: units done since the last one, and the nanoseconds they took. A reply: the first unit, their number, and
  // whether to ask ahead; of no units: there are no more.
  private static let requestTag = 1
  private static let replyTag = 2
  // A listener may take milliseconds, and requests come by the thousand.
  private static let progressInterval = 0.2

  private let communicator: Communicator
  private let policy: HandOutPolicy

  /// With up to `ranksThatShareRankZero` ranks, and when alone, rank 0 evaluates units too.
  package init(
    communicator: Communicator, unitCount: Int, ranksThatShareRankZero: Int = HandOutPolicy.ranksThatShareRankZero
  ) {
    self.communicator = communicator
    policy = HandOutPolicy(
      unitCount: unitCount, rankCount: communicator.size, ranksThatShareRankZero: ranksThatShareRankZero)
  }

  /// Calls `evaluate` with units on every rank until all are done; on rank 0 `progress` with the number known to be done,
  /// a few times a second at most.
  ///
  /// `evaluate` is given a function to call now and then during its work. Returns at once where there are no more units.
  package func run(
    evaluate: (_ unit: Int, _ pause: () throws -> Void) throws -> Void, progress: @escaping (_ unitsDone: Int) -> Void
  ) throws {
    if communicator.rank == 0 {
      try serveAndWork(evaluate: evaluate, progress: progress)
    } else {
      try work(evaluate: evaluate)
    }
  }

  // MARK: Rank 0

  private func serveAndWork(
    evaluate: (_ unit: Int, _ pause: () throws -> Void) throws -> Void, progress: @escaping (_ unitsDone: Int) -> Void
  ) throws {
    var policy = policy
    var done = 0
    // Each rank that has begun asks until it is told that there is no more.
    var asking = (1..<max(communicator.size, 1)).count { policy.first(of: $0) != nil }
    var shown: ContinuousClock.Instant?
    func serve() throws {
      while let source = try communicator.probe(tag: HandOut.requestTag) {
        let request = try communicator.receive(from: source, tag: HandOut.requestTag, count: 2).values
        guard request.count == 2 else {
          throw ScreenError("rank \(source) asked for units in a way rank 0 cannot read")
        }
        done += Int(request[0])
        let batch = policy.next(afterUnits: Int(request[0]), seconds: Double(request[1]) / 1e9)
        try communicator.send(HandOut.reply(batch), to: source, tag: HandOut.replyTag)
        if batch == nil { asking -= 1 }
      }
      let now = ContinuousClock.now
      if shown.map({ (now - $0).seconds >= HandOut.progressInterval }) ?? true {
        shown = now
        progress(done)
      }
    }
    var pauses = 0
    var busy = 0.0
    var batch = policy.first(of: 0)
    while let units = batch?.units {
      let busyBefore = busy
      for unit in units {
        let begun = ContinuousClock.now
        try evaluate(unit) {
          pauses += 1
          try serve()
        }
        busy += (ContinuousClock.now - begun).seconds
        pauses += 1
        policy.pauseSeconds = busy / Double(pauses)
        done += 1
        try serve()
      }
      batch = policy.next(afterUnits: units.count, seconds: busy - busyBefore)
    }
    while asking > 0 {
      try serve()
      // A core may be shared: do not spin on it.
      usleep(200)
    }
  }

  private static func reply(_ batch: HandOutPolicy.Batch?) -> [Int64] {
    guard let batch else { return [0, 0, 0] }
    return [Int64(batch.units.lowerBound), Int64(batch.units.count), batch.asksAhead ? 1 : 0]
  }

  // MARK: Workers

  private func work(evaluate: (_ unit: Int, _ pause: () throws -> Void) throws -> Void) throws {
    var done: Int64 = 0
    var seconds = 0.0
    func ask() throws -> PendingReceive {
      let reply = try communicator.startReceive(from: 0, tag: HandOut.replyTag, count: 3)
      try communicator.send([done, Int64(seconds * 1e9)], to: 0, tag: HandOut.requestTag)
      (done, seconds) = (0, 0)
      return reply
    }
    var current = policy.first(of: communicator.rank)
    while let batch = current {
      var reply: PendingReceive?
      for unit in batch.units {
        if batch.asksAhead, unit == batch.units.upperBound - 1 { reply = try ask() }
        let begun = ContinuousClock.now
        try evaluate(unit) {}
        seconds += (ContinuousClock.now - begun).seconds
        done += 1
      }
      current = try self.batch(in: try reply ?? ask())
    }
  }

  /// Waits for a reply; nil: there are no more units.
  private func batch(in reply: PendingReceive) throws -> HandOutPolicy.Batch? {
    while true {
      if let values = try reply.test()?.values {
        guard values.count == 3 else {
          throw ScreenError("rank 0 answered in a way rank \(communicator.rank) cannot read")
        }
        guard values[1] > 0 else { return nil }
        return HandOutPolicy.Batch(units: Int(values[0])..<Int(values[0] + values[1]), asksAhead: values[2] != 0)
      }
      usleep(50)
    }
  }
}

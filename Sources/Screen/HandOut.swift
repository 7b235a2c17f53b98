import Foundation
import MessagePassing

/// Hands units to ranks as they become free, by request and reply.
///
/// A worker asks for its next unit before it begins the present one, so the answer is there when it needs it. Rank 0 works
/// too, and answers between the panels of its own units; with many ranks it only answers. One-sided windows would spare the
/// requests but fail across hosts with common builds of MPI.
struct HandOut {
  /// With more ranks than this rank 0 evaluates no units: answering in time is worth more than its share of the work.
  static let ranksThatShareRankZero = 64

  private static let requestTag = 1
  private static let replyTag = 2
  private static let noMore: Int64 = -1

  let communicator: Communicator
  let unitCount: Int

  /// Calls `evaluate` with units on every rank until all are done; on rank 0 `progress` with the number known to be done.
  ///
  /// `evaluate` is given a function to call now and then during its work. Returns at once where there are no more units.
  func run(
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
    var next = 0
    var done = Array(repeating: 0, count: communicator.size)
    var dismissed = 1
    func serve() throws {
      while let source = try communicator.probe(tag: HandOut.requestTag) {
        let request = try communicator.receive(from: source, tag: HandOut.requestTag, count: 1)
        done[source] = request.values.first.map(Int.init) ?? 0
        if next < unitCount {
          try communicator.send([Int64(next)], to: source, tag: HandOut.replyTag)
          next += 1
        } else {
          try communicator.send([HandOut.noMore], to: source, tag: HandOut.replyTag)
          dismissed += 1
        }
      }
      progress(done.reduce(0, +))
    }
    let works = communicator.size <= HandOut.ranksThatShareRankZero
    while works, next < unitCount {
      let unit = next
      next += 1
      try evaluate(unit, serve)
      done[0] += 1
      try serve()
    }
    while dismissed < communicator.size {
      try serve()
      // A core may be shared: do not spin on it.
      usleep(200)
    }
  }

  // MARK: Workers

  private func work(evaluate: (_ unit: Int, _ pause: () throws -> Void) throws -> Void) throws {
    var done: Int64 = 0
    func ask() throws -> PendingReceive {
      let reply = try communicator.startReceive(from: 0, tag: HandOut.replyTag, count: 1)
      try communicator.send([done], to: 0, tag: HandOut.requestTag)
      return reply
    }
    func unit(in reply: PendingReceive) throws -> Int? {
      while true {
        if let message = try reply.test() {
          return message.values.first.flatMap { $0 == HandOut.noMore ? nil : Int($0) }
        }
        usleep(50)
      }
    }
    var current = try unit(in: try ask())
    while let unitIndex = current {
      let reply = try ask()
      try evaluate(unitIndex) {}
      done += 1
      current = try unit(in: reply)
    }
  }
}

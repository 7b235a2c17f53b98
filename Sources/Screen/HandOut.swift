import Foundation
import MessagePassing

/// Hands units to ranks as they become free, by request and reply.
///
/// Every rank knows its first unit. A worker asks for its next one before it begins the present one, so the answer is there
/// when it needs it. Rank 0 works too, and answers in the pauses of its own units; with many ranks it only answers. One-sided windows would spare the
/// requests but fail across hosts with common builds of MPI.
struct HandOut {
  /// With more ranks than this rank 0 evaluates no units: answering in time is worth more than its share of the work.
  static let ranksThatShareRankZero = 64

  private static let requestTag = 1
  private static let replyTag = 2
  private static let noMore: Int64 = -1

  let communicator: Communicator
  let unitCount: Int

  private var rankZeroWorks: Bool { communicator.size <= HandOut.ranksThatShareRankZero }

  /// The unit that a rank begins with; nil if there are fewer.
  private func firstUnit(of rank: Int) -> Int? {
    let unit = rankZeroWorks ? rank : rank - 1
    return unit >= 0 && unit < unitCount ? unit : nil
  }

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
    var next = min(rankZeroWorks ? communicator.size : communicator.size - 1, unitCount)
    var done = Array(repeating: 0, count: communicator.size)
    // Each rank that has begun asks until it is told that there is no more.
    var asking = (1..<max(communicator.size, 1)).count { firstUnit(of: $0) != nil }
    func serve() throws {
      while let source = try communicator.probe(tag: HandOut.requestTag) {
        let request = try communicator.receive(from: source, tag: HandOut.requestTag, count: 1)
        done[source] = request.values.first.map(Int.init) ?? 0
        if next < unitCount {
          try communicator.send([Int64(next)], to: source, tag: HandOut.replyTag)
          next += 1
        } else {
          try communicator.send([HandOut.noMore], to: source, tag: HandOut.replyTag)
          asking -= 1
        }
      }
      progress(done.reduce(0, +))
    }
    var own = firstUnit(of: 0)
    while let unit = own {
      try evaluate(unit, serve)
      done[0] += 1
      try serve()
      own = next < unitCount ? next : nil
      if own != nil { next += 1 }
    }
    while asking > 0 {
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
    var current = firstUnit(of: communicator.rank)
    while let unitIndex = current {
      let reply = try ask()
      try evaluate(unitIndex) {}
      done += 1
      current = try unit(in: reply)
    }
  }
}

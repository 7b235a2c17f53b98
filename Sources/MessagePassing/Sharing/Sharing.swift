import Basics
import Dispatch

/// The ranks and threads that share a computation. All ranks learn all of its results, which do not depend on how many
/// ranks and threads there are.
///
/// Work is shared in one of two ways: in runs of neighbours, one for each rank (`ownRange`, `rows`), or in pieces that
/// go round the ranks, because neighbours are of like size (`map`, `pieces`).
public struct Sharing: Sendable {
  private let communicator: Communicator?
  /// How many threads each rank computes with.
  public let threads: Int
  /// What keeps finished pieces; nil: nothing is kept, and nothing interrupts the work.
  let keeper: (any PieceKeeper)?

  /// Makes a sharing over the ranks of a communicator; without one this process does everything. All ranks have a
  /// keeper, or none has.
  public init(_ communicator: Communicator? = nil, threads: Int = 1, keeper: (any PieceKeeper)? = nil) {
    precondition(threads > 0, "a thread to compute with")
    self.communicator = communicator
    self.threads = threads
    self.keeper = keeper
  }

  /// The number of this rank, from 0 up.
  public var rank: Int { communicator?.rank ?? 0 }

  /// How many ranks there are.
  public var rankCount: Int { communicator?.size ?? 1 }

  /// Whether this is the rank that keeps what only one needs.
  public var isFirst: Bool { rank == 0 }

  /// This sharing by one rank alone, with as many threads and without a keeper, for work inside a piece.
  public var alone: Sharing { Sharing(threads: threads) }

  // MARK: On this rank

  /// Returns those of `count` things that this rank makes; those of all ranks follow each other in the order of ranks.
  public func ownRange(of count: Int) -> Range<Int> { part(rank, of: rankCount, in: 0..<count) }

  /// Runs `body` on all threads at once, each with its number and its piece of the work.
  public func together(_ work: Range<Int>, _ body: @Sendable (_ thread: Int, _ piece: Range<Int>) -> Void) {
    guard threads > 1 else { return body(0, work) }
    DispatchQueue.concurrentPerform(iterations: threads) { body($0, part($0, of: threads, in: work)) }
  }

  private func part(_ number: Int, of count: Int, in range: Range<Int>) -> Range<Int> {
    let bound = { (number: Int) in range.lowerBound + range.count * number / count }
    return bound(number)..<bound(number + 1)
  }

  // MARK: Over all ranks

  /// Returns what `body` gives this rank; if it fails on one, all throw: the first failing rank its own error, the
  /// others `FailureElsewhere`. Collective, so `body` must not be.
  public func agree<Value>(_ body: () throws -> Value) throws -> Value {
    guard let communicator else { return try body() }
    return try communicator.agree(body)
  }

  /// Returns the values of one rank on every rank; what others pass is not looked at. Collective.
  public func share<Element: BitwiseCopyable>(_ values: [Element], from root: Int = 0) throws -> [Element] {
    guard let communicator, communicator.size > 1 else { return values }
    let isRoot = communicator.rank == root
    let bytes = try communicator.broadcast(isRoot ? values.memoryBytes : [], from: root)
    return isRoot ? values : Array(memoryBytes: bytes)
  }

  /// Returns what each rank has made, `[rank]`, on every rank. Collective.
  public func byRank<Value: BitwiseCopyable>(_ made: [Value]) throws -> [[Value]] {
    guard let communicator, communicator.size > 1 else { return [made] }
    return try communicator.allGather(made.memoryBytes).map { Array(memoryBytes: $0) }
  }

  /// Gives each rank a part of its own, `[rank]`, and returns what each rank gave this one, `[rank]`. Collective.
  public func exchange<Value: BitwiseCopyable>(_ parts: [[Value]]) throws -> [[Value]] {
    guard let communicator, communicator.size > 1 else { return parts }
    return try communicator.exchange(parts.map(\.memoryBytes)).map { Array(memoryBytes: $0) }
  }

  /// Returns what the ranks have made, one behind the other, on every rank. Collective.
  public func ofAllRanks<Value: BitwiseCopyable>(_ made: [Value]) throws -> [Value] {
    guard rankCount > 1 else { return made }
    return try byRank(made).flatMap { $0 }
  }

  /// Returns `[count, width]` numbers on every rank, row by row. `fill` is given some rows and where they go, and what
  /// it writes of a row must not depend on the others. Collective.
  public func rows<Value: BitwiseCopyable & Sendable>(
    _ count: Int, width: Int, repeating value: Value, fill: @Sendable (Range<Int>, UnsafeMutablePointer<Value>) -> Void
  ) throws -> [Value] {
    try stopIfAsked()
    let own = ownRange(of: count)
    var made = Array(repeating: value, count: own.count * width)
    made.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      // Every thread writes rows of its own.
      nonisolated(unsafe) let target = base
      together(own) { _, rows in
        if !rows.isEmpty { fill(rows, target + (rows.lowerBound - own.lowerBound) * width) }
      }
    }
    return try ofAllRanks(made)
  }
}

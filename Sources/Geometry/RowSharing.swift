import Basics
import Dispatch
import LinearAlgebra
import MessagePassing

/// The ranks and threads that share the rows of a computation. All ranks learn all rows, and what they learn does not
/// depend on how many ranks and threads there are.
public struct RowSharing: Sendable {
  private let communicator: Communicator?
  /// Threads of each rank.
  public let threads: Int
  /// Keeps what is finished; nil: nothing is kept, and nothing interrupts the work.
  let keeper: (any PieceKeeper)?

  /// Shares work over the ranks of `communicator`, or over this process's threads alone. All ranks have a keeper, or
  /// none has.
  public init(_ communicator: Communicator? = nil, threads: Int = 1, keeper: (any PieceKeeper)? = nil) {
    precondition(threads > 0, "a thread to compute with")
    self.communicator = communicator
    self.threads = threads
    self.keeper = keeper
  }

  var rank: Int { communicator?.rank ?? 0 }

  var rankCount: Int { communicator?.size ?? 1 }

  // MARK: On this rank

  /// The rows among `count` that this rank makes.
  public func ownRows(of count: Int) -> Range<Int> { part(rank, of: rankCount, in: 0..<count) }

  /// Runs `body` on all threads at once, each with its number and its piece of the work.
  public func together(_ work: Range<Int>, _ body: @Sendable (_ thread: Int, _ piece: Range<Int>) -> Void) {
    guard threads > 1 else { return body(0, work) }
    DispatchQueue.concurrentPerform(iterations: threads) { body($0, part($0, of: threads, in: work)) }
  }

  // MARK: Over all ranks

  /// `[count, width]` numbers. `fill` is given some rows and where they go, and what it writes of a row must not depend
  /// on the others. Collective.
  public func rows<Value: BitwiseCopyable & Sendable>(
    _ count: Int, width: Int, repeating value: Value, fill: @Sendable (Range<Int>, UnsafeMutablePointer<Value>) -> Void
  ) throws -> [Value] {
    try stopIfAsked()
    let own = ownRows(of: count)
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

  /// A matrix of affinities times `block`, `[count, width]`. Collective.
  public func product(of affinity: some Affinity, with block: DoubleMatrix) throws -> DoubleMatrix {
    precondition(block.rows == affinity.count, "a block of \(affinity.count) rows")
    let width = block.columns
    let values = try rows(affinity.count, width: width, repeating: 0.0) { rows, target in
      let product = affinity.product(of: rows, with: block)
      product.values.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        target.update(from: source, count: rows.count * width)
      }
    }
    return DoubleMatrix(rows: affinity.count, columns: width, values: values)
  }

  /// What the ranks have made, one behind the other. Collective.
  public func ofAllRanks<Value: BitwiseCopyable>(_ made: [Value]) throws -> [Value] {
    guard rankCount > 1 else { return made }
    return try byRank(made).flatMap { $0 }
  }

  /// What each rank has made. Collective.
  func byRank<Value: BitwiseCopyable>(_ made: [Value]) throws -> [[Value]] {
    guard let communicator, communicator.size > 1 else { return [made] }
    return try communicator.allGather(made.memoryBytes).map { Array(memoryBytes: $0) }
  }

  private func part(_ number: Int, of count: Int, in range: Range<Int>) -> Range<Int> {
    let bound = { (number: Int) in range.lowerBound + range.count * number / count }
    return bound(number)..<bound(number + 1)
  }
}

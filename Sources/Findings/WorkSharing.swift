import Basics
import MessagePassing

/// Shares pieces of work out over ranks; results do not depend on the number of ranks.
struct WorkSharing {
  private let communicator: Communicator?

  /// Shares work over the ranks of `communicator`; without one this process does everything.
  init(_ communicator: Communicator?) { self.communicator = communicator }

  var rankCount: Int { communicator?.size ?? 1 }

  /// Whether this is the rank that keeps what only one needs.
  var isFirst: Bool { communicator?.rank ?? 0 == 0 }

  /// What `body` gives every rank; if it fails on one, all throw. Collective, so `body` must not be.
  func agree<Value>(_ body: () throws -> Value) throws -> Value {
    guard let communicator else { return try body() }
    return try communicator.agree(body)
  }

  // MARK: Pieces

  /// The numbers that `body` makes for each piece from 0 up to `count`, on all ranks. Collective; throws on all ranks
  /// if one fails.
  func map(_ count: Int, _ body: (Int) throws -> [Double]) throws -> [[Double]] {
    guard let communicator, communicator.size > 1 else { return try (0..<count).map(body) }
    let own = try communicator.agree {
      // Neighbours are of like size, so every rank gets some of each.
      try stride(from: communicator.rank, to: count, by: communicator.size).flatMap { index in
        let values = try body(index)
        return [Double(values.count)] + values
      }
    }
    let parts = try communicator.allGather(own.memoryBytes).map { [Double](memoryBytes: $0) }
    var places = Array(repeating: 0, count: communicator.size)
    return (0..<count).map { index in
      let part = parts[index % communicator.size]
      let start = places[index % communicator.size] + 1
      let end = start + Int(part[start - 1])
      places[index % communicator.size] = end
      return Array(part[start..<end])
    }
  }

  // MARK: Runs

  /// This rank's own run of `count` things; those of all ranks follow each other in rank order.
  func own(_ count: Int) -> Range<Int> {
    guard let communicator else { return 0..<count }
    return count * communicator.rank / communicator.size..<count * (communicator.rank + 1) / communicator.size
  }

  /// The values of one rank on every rank; what others pass is not looked at. Collective.
  func share<Element: BitwiseCopyable>(_ values: [Element], from root: Int = 0) throws -> [Element] {
    guard let communicator, communicator.size > 1 else { return values }
    let isRoot = communicator.rank == root
    let bytes = try communicator.broadcast(isRoot ? values.memoryBytes : [], from: root)
    return isRoot ? values : Array(memoryBytes: bytes)
  }
}

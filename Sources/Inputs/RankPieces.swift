import Basics
import MessagePassing

/// Shares pieces of work out over ranks, so that all learn all results, which do not depend on the number of ranks.
struct RankPieces {
  private let communicator: Communicator?

  /// Shares work over the ranks of `communicator`; without one this process does everything.
  init(_ communicator: Communicator?) { self.communicator = communicator }

  /// What `body` gives every rank; if it fails on one, all throw. Collective, so `body` must not be.
  func agree<Value>(_ body: () throws -> Value) throws -> Value {
    guard let communicator else { return try body() }
    return try communicator.agree(body)
  }

  /// The numbers that `body` makes for each piece from 0 up to `count`. Collective; throws on all ranks if one fails.
  func map(_ count: Int, _ body: (Int) throws -> [Int32]) throws -> [[Int32]] {
    guard let communicator, communicator.size > 1 else { return try (0..<count).map(body) }
    let own = try communicator.agree {
      // Neighbours are of like size, so every rank gets some of each.
      try stride(from: communicator.rank, to: count, by: communicator.size).map(body)
    }
    let lengths = try communicator.allGather(bytes(own.map { Int64($0.count) }))
    let values = try communicator.allGather(bytes(own.flatMap { $0 }))
    var parts = zip(lengths, values).map { lengths, values in
      Part(lengths: numbers(lengths, Int64.self)[...], values: numbers(values, Int32.self)[...])
    }
    return (0..<count).map { parts[$0 % communicator.size].next() }
  }

  /// What one rank made, piece by piece.
  private struct Part {
    var lengths: ArraySlice<Int64>
    var values: ArraySlice<Int32>

    mutating func next() -> [Int32] {
      let length = Int(lengths.removeFirst())
      defer { values.removeFirst(length) }
      return Array(values.prefix(length))
    }
  }

  private func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
    numbers.memoryBytes
  }

  private func numbers<Number: BitwiseCopyable>(_ bytes: [UInt8], _ type: Number.Type) -> [Number] {
    Array(memoryBytes: bytes)
  }
}

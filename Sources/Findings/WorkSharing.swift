import MessagePassing

/// Shares pieces of work out over ranks, so that all learn all results, which do not depend on the number of ranks.
struct WorkSharing {
  private let communicator: Communicator?

  /// Without a communicator the process does everything.
  init(_ communicator: Communicator?) { self.communicator = communicator }

  /// What `body` gives every rank; if it fails on one, all throw. Collective, so `body` must not be.
  func agree<Value>(_ body: () throws -> Value) throws -> Value {
    guard let communicator else { return try body() }
    return try communicator.agree(body)
  }

  /// The numbers that `body` makes for each piece from 0 up to `count`. Collective; throws on all ranks if one fails.
  func map(_ count: Int, _ body: (Int) throws -> [Double]) throws -> [[Double]] {
    guard let communicator, communicator.size > 1 else { return try (0..<count).map(body) }
    let own = try communicator.agree {
      // Neighbours are of like size, so every rank gets some of each.
      try stride(from: communicator.rank, to: count, by: communicator.size).flatMap { index in
        let values = try body(index)
        return [Double(values.count)] + values
      }
    }
    let parts = try communicator.allGather(own.withUnsafeBytes(Array.init)).map { bytes in
      bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }
    var places = Array(repeating: 0, count: communicator.size)
    return (0..<count).map { index in
      let part = parts[index % communicator.size]
      let start = places[index % communicator.size] + 1
      let end = start + Int(part[start - 1])
      places[index % communicator.size] = end
      return Array(part[start..<end])
    }
  }
}

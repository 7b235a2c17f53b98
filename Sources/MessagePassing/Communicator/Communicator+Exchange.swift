import Basics
import CMPI

extension Communicator {
  /// Sends each rank a part of its own, `[rank]`, and returns what each rank sent to this one, `[rank]`; collective.
  ///
  /// Parts have any number of bytes each. Longer ones go in several rounds.
  public func exchange(
    _ parts: [[UInt8]], messageLimit: Int = Communicator.messageLimit
  ) throws -> [[UInt8]] {
    precondition(parts.count == size, "a part for each rank")
    precondition(messageLimit > 0 && messageLimit <= Int(Int32.max), "a message has 1 to 2^31 - 1 bytes")
    let sent = try allGather(parts.map { Int64($0.count) }.memoryBytes).map { [Int64](memoryBytes: $0) }
    let expected = sent.map { Int($0[rank]) }
    // All parts of a round together fit a message.
    let share = max(1, messageLimit / size)
    let longest = sent.joined().max() ?? 0
    var received = expected.map { count in
      var part: [UInt8] = []
      part.reserveCapacity(count)
      return part
    }
    for start in stride(from: 0, to: Int(longest), by: share) {
      let own = parts.map { Array($0.dropFirst(start).prefix(share)) }
      let counts = expected.map { min(max($0 - start, 0), share) }
      for (source, part) in try exchangeOnce(own, receiving: counts).enumerated() { received[source] += part }
    }
    return received
  }

  private func exchangeOnce(_ parts: [[UInt8]], receiving counts: [Int]) throws -> [[UInt8]] {
    func offsets(_ counts: [Int]) -> [Int32] {
      var sum = 0
      return counts.map { count in
        defer { sum += count }
        return Int32(sum)
      }
    }
    let (sending, own) = (Array(parts.joined()), parts.map(\.count))
    var all = [UInt8](repeating: 0, count: counts.reduce(0, +))
    let places = offsets(counts)
    let status = mpi_exchange_bytes(
      handle, sending, own.map(Int32.init), offsets(own), &all, counts.map(Int32.init), places)
    try check(status, "exchanging \(sending.count) bytes with all ranks")
    return zip(places, counts).map { Array(all[Int($0)..<Int($0) + $1]) }
  }
}

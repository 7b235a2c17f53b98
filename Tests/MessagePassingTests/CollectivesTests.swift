import MessagePassing
import Testing
import TestSupport

/// Bytes that tell who made them, of a length that differs between ranks and may be 0.
private func bytes(from source: Int, to destination: Int = 0) -> [UInt8] {
  let count = (source * 17 + destination * 29) % 53
  return (0..<count).map { UInt8(truncatingIfNeeded: source &* 31 &+ destination &* 7 &+ $0) }
}

/// Every test holds for any number of ranks.
@Suite(.serialized)
struct CollectivesTests {
  @Test func theWorldKnowsItself() throws {
    try World.run { (world) throws in
      #expect(world.size >= 1)
      #expect((0..<world.size).contains(world.rank))
      #expect(!world.hostName.isEmpty)
      #expect(Session.libraryVersion.contains("MPI"))
      #expect(!Session.libraryVersion.contains("\n"))
      try world.barrier()
    }
  }

  @Test(arguments: [1, 7, 1000, Communicator.messageLimit])
  func broadcastGivesEveryRankTheBytesOfOne(limit: Int) throws {
    try World.run { (world) throws in
      for root in 0..<world.size {
        let own = bytes(from: world.rank, to: 3)
        #expect(try world.broadcast(own, from: root, messageLimit: limit) == bytes(from: root, to: 3))
      }
    }
  }

  @Test(arguments: [1, 7, 1000, Communicator.messageLimit])
  func everyRankGetsItsOwnPartOfEach(limit: Int) throws {
    try World.run { (world) throws in
      let parts = (0..<world.size).map { bytes(from: world.rank, to: $0) }
      let received = try world.exchange(parts, messageLimit: limit)
      #expect(received == (0..<world.size).map { bytes(from: $0, to: world.rank) })
      let sharing = Sharing(world)
      let numbers = try sharing.exchange((0..<world.size).map { [Float(world.rank), Float($0)] })
      #expect(numbers == (0..<world.size).map { [Float($0), Float(world.rank)] })
      #expect(try world.exchange(parts.map { _ in [] }) == parts.map { _ in [] })
    }
  }

  @Test func broadcastOfNumbers() throws {
    try World.run { (world) throws in
      for root in 0..<world.size {
        #expect(try world.broadcast(Int64(world.rank) - 5, from: root) == Int64(root) - 5)
        let own = (0..<world.rank + 2).map { Int64($0 << 40) }
        #expect(try world.broadcast(own, from: root) == (0..<root + 2).map { Int64($0 << 40) })
      }
    }
  }

  @Test func gatherAtOneRank() throws {
    try World.run { (world) throws in
      let root = world.size - 1
      let gathered = try world.gather(Int64(world.rank * world.rank), at: root)
      #expect(gathered == (world.rank == root ? (0..<world.size).map { Int64($0 * $0) } : nil))
    }
  }

  @Test(arguments: [1, 10, Communicator.messageLimit])
  func allGatherGivesEveryRankTheBytesOfAll(limit: Int) throws {
    try World.run { (world) throws in
      let all = try world.allGather(bytes(from: world.rank), messageLimit: limit)
      #expect(all == (0..<world.size).map { bytes(from: $0) })
    }
  }

  @Test func allReduce() throws {
    try World.run { (world) throws in
      let rank = Int64(world.rank)
      let last = Int64(world.size - 1)
      #expect(
        try world.allReduce([rank, 1, -rank], .sum) == [last * (last + 1) / 2, last + 1, -last * (last + 1) / 2])
      #expect(try world.allReduce([rank, -rank], .maximum) == [last, 0])
      #expect(try world.allReduce([Double(rank) + 0.5, -Double(rank)], .minimum) == [0.5, -Double(last)])
      #expect(try world.allReduce([Double](), .sum) == [])
    }
  }

  @Test func splitByColor() throws {
    try World.run { (world) throws in
      // Odd ranks stay out; the even ones come in reverse order.
      let part = try world.split(color: world.rank % 2 == 0 ? 4 : nil, key: -world.rank)
      guard let part else {
        #expect(world.rank % 2 == 1)
        return
      }
      let evenRanks = stride(from: 0, to: world.size, by: 2).map(Int64.init)
      #expect(part.size == evenRanks.count)
      #expect(try part.allGather(Int64(world.rank)) == evenRanks.reversed())
      try part.free()
    }
  }

  @Test func splitByNodeKeepsTheOrder() throws {
    try World.run { (world) throws in
      let node = try world.splitByNode()
      #expect(node.size >= 1 && node.size <= world.size)
      let ranks = try node.allGather(Int64(world.rank))
      #expect(ranks == ranks.sorted())
      let names = try node.allGather(Array(world.hostName.utf8))
      #expect(names.allSatisfy { $0 == Array(world.hostName.utf8) })
      try node.free()
    }
  }

  @Test func freeingTheWorldIsAnError() throws {
    try World.run { (world) throws in
      let error = #expect(throws: MessagePassingError.self) { try world.free() }
      #expect(error?.description.hasPrefix("freeing a communicator over MPI failed: MPI_ERR_COMM") == true)
    }
  }

  @Test func aSecondSessionUsesTheFirst() throws {
    try World.run { (world) throws in
      let second = try Session()
      #expect(second.world.rank == world.rank && second.world.size == world.size)
      try second.finish()
      try world.barrier()
    }
  }
}

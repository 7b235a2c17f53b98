import MessagePassing
import Testing
import TestSupport

/// Every test holds for any number of ranks.
@Suite(.serialized)
struct NodeMemoryTests {
  private func withNode(_ body: (Communicator) throws -> Void) throws {
    try World.run { (world) throws in
      let node = try world.splitByNode()
      try body(node)
      try node.free()
    }
  }

  /// Numbers that tell who wrote them and when.
  private func number(rank: Int, index: Int, round: Int) -> Int64 { Int64(round << 40 + rank << 32 + index) }

  private func write(_ count: Int, rank: Int, round: Int, to memory: NodeMemory) {
    let start = memory.base.bindMemory(to: Int64.self, capacity: memory.byteCount / 8) + rank * count
    for index in 0..<count { start[index] = number(rank: rank, index: index, round: round) }
  }

  private func holds(_ count: Int, rank: Int, round: Int, in memory: NodeMemory) -> Bool {
    let start = memory.base.bindMemory(to: Int64.self, capacity: memory.byteCount / 8) + rank * count
    return (0..<count).allSatisfy { start[$0] == number(rank: rank, index: $0, round: round) }
  }

  @Test(arguments: [1, 1000, 300_000])
  func allRanksReadWhatEachWrote(count: Int) throws {
    try withNode { node in
      let memory = try NodeMemory(byteCount: node.size * count * 8, node: node)
      #expect(Int(bitPattern: memory.base) % 64 == 0 && memory.byteCount == node.size * count * 8)
      for round in 1...3 {
        // Each round another rank writes a part.
        write(count, rank: (node.rank + round) % node.size, round: round, to: memory)
        try memory.synchronize()
        #expect((0..<node.size).allSatisfy { holds(count, rank: $0, round: round, in: memory) })
        try memory.synchronize()
      }
      try memory.free()
    }
  }

  @Test func twoAtOnce() throws {
    try withNode { node in
      let one = try NodeMemory(byteCount: node.size * 800, node: node)
      let other = try NodeMemory(byteCount: node.size * 800, node: node)
      write(100, rank: node.rank, round: 1, to: one)
      write(100, rank: node.rank, round: 2, to: other)
      try one.synchronize()
      #expect((0..<node.size).allSatisfy { holds(100, rank: $0, round: 1, in: one) })
      try one.free()
      try other.synchronize()
      #expect((0..<node.size).allSatisfy { holds(100, rank: $0, round: 2, in: other) })
      try other.free()
    }
  }

  @Test func noBytes() throws {
    try withNode { node in
      let memory = try NodeMemory(byteCount: 0, node: node)
      #expect(memory.byteCount == 0 && Int(bitPattern: memory.base) % 64 == 0)
      try memory.synchronize()
      try memory.free()
    }
  }

  @Test func freedMemoryCanBeHadAgain() throws {
    try withNode { node in
      for round in 0..<40 {
        let memory = try NodeMemory(byteCount: node.size * 8_000_000, node: node)
        write(1_000_000, rank: node.rank, round: round, to: memory)
        try memory.synchronize()
        #expect(holds(1_000_000, rank: (node.rank + 1) % node.size, round: round, in: memory))
        try memory.free()
      }
    }
  }

  @Test func moreThanThereIsIsAnErrorOnAllRanks() throws {
    try withNode { node in
      guard node.size > 1 else { return }
      let error = #expect(throws: MessagePassingError.self) { try NodeMemory(byteCount: 1 << 50, node: node) }
      #expect(error?.description.hasPrefix("sharing \(1 << 50) bytes between the \(node.size) ranks of ") == true)
      #expect(error?.description.contains("/dev/shm has ") == true)
      try node.barrier()
    }
  }
}

import MessagePassing
import Testing
import TestSupport

@Suite(.serialized)
struct MessagesTests {
  @Test func aRingOfMessages() throws {
    try World.run { (world) throws in
      let next = (world.rank + 1) % world.size
      let previous = (world.rank + world.size - 1) % world.size
      let pending = try world.startReceive(from: previous, tag: 1, count: 4)
      try world.send([Int64(world.rank), .max, .min], to: next, tag: 1)
      let message = try pending.wait()
      #expect(message == Message(values: [Int64(previous), .max, .min], source: previous))
      #expect(try pending.test() == message)
      #expect(try pending.wait() == message)
    }
  }

  @Test func aTestBeforeTheMessageFindsNothing() throws {
    try World.run { (world) throws in
      let pending = try world.startReceive(tag: 2, count: 1)
      #expect(try pending.test() == nil)
      try world.barrier()
      try world.send([7], to: world.size - 1 - world.rank, tag: 2)
      var message: Message?
      while message == nil { message = try pending.test() }
      #expect(message == Message(values: [7], source: world.size - 1 - world.rank))
    }
  }

  @Test func anEmptyMessageArrives() throws {
    try World.run { (world) throws in
      let pending = try world.startReceive(tag: 3, count: 0)
      try world.send([], to: world.rank, tag: 3)
      #expect(try pending.wait() == Message(values: [], source: world.rank))
    }
  }

  @Test func aProbeNamesTheSenderAndLeavesTheMessage() throws {
    try World.run { (world) throws in
      #expect(try world.probe(tag: 4) == nil)
      try world.barrier()
      let partner = world.size - 1 - world.rank
      try world.send([Int64(partner), 11], to: partner, tag: 4)
      var source: Int?
      while source == nil { source = try world.probe(tag: 4) }
      #expect(source == partner)
      #expect(try world.probe(tag: 5) == nil)
      let message = try world.receive(from: source, tag: 4, count: 2)
      #expect(message == Message(values: [Int64(world.rank), 11], source: partner))
      #expect(try world.probe(tag: 4) == nil)
    }
  }

  @Test func aLongerMessageThanAskedForIsAnError() throws {
    try World.run { (world) throws in
      let pending = try world.startReceive(from: world.rank, tag: 6, count: 1)
      try? world.send([1, 2, 3], to: world.rank, tag: 6)
      let error = #expect(throws: MessagePassingError.self) { try pending.wait() }
      #expect(error?.description.hasPrefix("receiving at most 1 numbers with tag 6") == true)
    }
  }

  @Test func aWithdrawnReceiveTakesNoMessage() throws {
    try World.run { (world) throws in
      _ = try world.startReceive(from: world.rank, tag: 7, count: 1)
      try world.send([5], to: world.rank, tag: 7)
      #expect(try world.receive(from: world.rank, tag: 7, count: 1).values == [5])
    }
  }

  /// Rank 0 hands out pieces of work to whoever asks; every piece is done exactly once, for any number of ranks.
  @Test func handingOutWork() throws {
    try World.run { (world) throws in
      let pieceCount: Int64 = 100
      let request = 8
      let reply = 9
      var done: [Int64] = []
      if world.rank == 0 {
        var next: Int64 = 0
        var workers = world.size - 1
        var pending = try world.startReceive(tag: request, count: 1)
        while workers > 0 || next < pieceCount {
          if let message = try pending.test() {
            pending = try world.startReceive(tag: request, count: 1)
            let piece = next < pieceCount ? next : -1
            try world.send([piece], to: message.source, tag: reply)
            if piece < 0 { workers -= 1 } else { next += 1 }
          } else if next < pieceCount {
            done.append(next)
            next += 1
          }
        }
      } else {
        // The next piece is asked for before the present one is done.
        var answer = try world.startReceive(from: 0, tag: reply, count: 1)
        try world.send([Int64(world.rank)], to: 0, tag: request)
        while let piece = try answer.wait().values.first, piece >= 0 {
          answer = try world.startReceive(from: 0, tag: reply, count: 1)
          try world.send([Int64(world.rank)], to: 0, tag: request)
          done.append(piece)
        }
      }
      var counts = [Int64](repeating: 0, count: Int(pieceCount))
      for piece in done { counts[Int(piece)] += 1 }
      #expect(try world.allReduce(counts, .sum) == [Int64](repeating: 1, count: Int(pieceCount)))
    }
  }

  @Test func aDuplicateHasMessagesOfItsOwn() throws {
    try World.run { (world) throws in
      let copy = try world.duplicate()
      #expect(copy.rank == world.rank && copy.size == world.size)
      let here = try world.startReceive(from: world.rank, tag: 10, count: 1)
      let there = try copy.startReceive(from: copy.rank, tag: 10, count: 1)
      try copy.send([2], to: copy.rank, tag: 10)
      try world.send([1], to: world.rank, tag: 10)
      #expect(try here.wait().values == [1])
      #expect(try there.wait().values == [2])
      try copy.free()
    }
  }
}

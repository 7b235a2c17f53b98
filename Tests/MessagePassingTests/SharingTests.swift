import MessagePassing
import Testing
import TestSupport

struct SharingTests {
  private struct Failure: Error {}

  @Test func piecesComeBackInTheirOrder() throws {
    try World.run { (world) throws in
      for count in [0, 1, 2, 7, 20] {
        let expected = (0..<count).map { piece in (0..<piece % 4).map { Double(piece) / 3 + Double($0) } }
        #expect(try Sharing(world).map(count) { expected[$0] } == expected)
        #expect(try Sharing().map(count) { expected[$0] } == expected)
      }
    }
  }

  @Test func rangesOfRanksFollowEachOther() throws {
    try World.run { (world) throws in
      let sharing = Sharing(world)
      let own = sharing.ownRange(of: 11).map { Int32($0) }
      #expect(try sharing.ofAllRanks(own) == Array(0..<11))
      #expect(try sharing.byRank(own)[world.rank] == own)
    }
  }

  @Test func valuesOfOneRankAreShared() throws {
    try World.run { (world) throws in
      let last = world.size - 1
      #expect(try Sharing(world).share(world.rank == last ? [1.5, -2] : [0.0], from: last) == [1.5, -2])
    }
  }

  @Test func rowsDependOnNeitherRanksNorThreads() throws {
    try World.run { (world) throws in
      for threads in [1, 3] {
        let rows = try Sharing(world, threads: threads).rows(10, width: 2, repeating: Int32(0)) { rows, target in
          for (place, row) in rows.enumerated() {
            target[2 * place] = Int32(row)
            target[2 * place + 1] = -Int32(row)
          }
        }
        #expect(rows == (0..<10).flatMap { [Int32($0), -Int32($0)] })
      }
    }
  }

  @Test func aFailureOnOneRankEndsAll() throws {
    try World.run { (world) throws in
      #expect(throws: (any Error).self) {
        _ = try Sharing(world).map(5) { piece in
          if piece == 0 { throw Failure() }
          return [piece]
        }
      }
      #expect(try Sharing(world).agree { 3 } == 3)
    }
  }
}

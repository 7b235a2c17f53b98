import Foundation
import MessagePassing
import Runs
import Testing
import TestSupport

/// Every unit goes to one rank, whatever their number and however long they take.
@Suite(.serialized) struct WorkQueueTests {
  @Test func batchesCoverAllUnitsOnce() {
    var state: UInt64 = 7
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<300 {
      let ranks = 1 + random(below: 200)
      let units = random(below: 3000)
      var policy = WorkQueuePolicy(unitCount: units, rankCount: ranks, ranksThatShareRankZero: random(below: 100))
      policy.pauseSeconds = Double(random(below: 3)) * 0.1
      var given = (0..<ranks).compactMap { policy.first(of: $0) }.flatMap(\.units)
      // Also absurd times: none, minutes, and none that is a number.
      let seconds = [0, 1e-9, 1e-3, 0.02, 100, .nan, .infinity]
      while let batch = policy.next(afterUnits: random(below: 3), seconds: seconds[random(below: seconds.count)]) {
        #expect(!batch.units.isEmpty)
        given += batch.units
      }
      #expect(given == Array(0..<units))
      let more = policy.next(afterUnits: 1, seconds: 1)
      #expect(more == nil)
    }
  }

  @Test func longUnitsGoSinglyAndShortOnesTogether() {
    var long = WorkQueuePolicy(unitCount: 1_000_000, rankCount: 1000)
    let lone = long.next(afterUnits: 1, seconds: 30)
    #expect(lone == .init(units: 999..<1000, asksAhead: true))
    // With less than four units a rank left, one more in a rank's hands may be missed elsewhere.
    var few = WorkQueuePolicy(unitCount: 5000, rankCount: 1001)
    #expect(few.first(of: 1) == .init(units: 0..<1, asksAhead: true))
    let early = few.next(afterUnits: 1, seconds: 30)
    let late = few.next(afterUnits: 1, seconds: 30)
    #expect(early == .init(units: 1000..<1001, asksAhead: true))
    #expect(late == .init(units: 1001..<1002, asksAhead: false))
    var short = WorkQueuePolicy(unitCount: 1_000_000, rankCount: 1001)
    // 1000 ranks that ask 10,000 times a second ask every 0.1 s, a hundred units of 1 ms.
    let several = short.next(afterUnits: 1, seconds: 0.001)
    #expect(several == .init(units: 1000..<1100, asksAhead: true))
    // At the end a share of a fourth is less.
    var last = WorkQueuePolicy(unitCount: 201_000, rankCount: 1001)
    let batch = last.next(afterUnits: 1, seconds: 0.001)
    #expect(batch == .init(units: 1000..<1050, asksAhead: true))
  }

  @Test(arguments: [0, 1, 2, 50, 400], [0, 64])
  func everyRankWorksUntilAllIsDone(unitCount: Int, ranksThatShareRankZero: Int) throws {
    try World.run { world in
      var times = [Int64](repeating: 0, count: unitCount)
      var shown: [Int] = []
      let handOut = WorkQueue(
        communicator: world, unitCount: unitCount, ranksThatShareRankZero: ranksThatShareRankZero)
      try handOut.run { unit, pause in
        usleep(unit % 10 == 0 ? 2000 : 100)
        try pause()
        times[unit] += 1
      } progress: { ledger, _ in
        shown.append(ledger.unitsDone)
      }
      #expect(try world.allReduce(times, .sum) == Array(repeating: 1, count: unitCount))
      if world.rank == 0 {
        #expect(shown == shown.sorted() && shown.allSatisfy { $0 <= unitCount })
        let worksToo = world.size == 1 || ranksThatShareRankZero > 0
        #expect(times.contains(1) == (worksToo && unitCount > 0))
      }
    }
  }
}

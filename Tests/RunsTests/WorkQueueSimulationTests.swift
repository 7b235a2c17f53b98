import Foundation
import Runs
import Testing
import TestSupport

/// Simulated hand-outs against what can be said by hand, and against one played step by step.
struct WorkQueueSimulationTests {
  /// No time but that of units, and no spread.
  private func plain(_ seconds: [Double]) -> WorkQueueSimulation {
    var simulation = WorkQueueSimulation(unitSeconds: seconds, seed: 1)
    simulation.variation = 0
    simulation.messages.serving = 0
    simulation.messages.latency = 0
    simulation.messages.servingSleep = 0
    simulation.messages.waitingSleep = 0
    simulation.messages.pause = 0
    return simulation
  }

  private func random(_ count: Int, in range: ClosedRange<Double>, seed: UInt64) -> [Double] {
    var random = SeededNumbers(seed: seed)
    return (0..<count).map { _ in Double.random(in: range, using: &random) }
  }

  // MARK: By hand

  @Test func oneRankTakesTheSum() {
    let outcome = plain([3, 1, 4, 1, 5]).run(ranks: 1)
    #expect(outcome.screenSeconds == 14 && outcome.efficiency == 1 && outcome.requestCount == 0)
  }

  @Test func equalUnitsTakeWholeRounds() {
    for (units, ranks, rounds) in [(12, 5, 3.0), (10, 5, 2), (3, 5, 1), (1, 64, 1), (65, 64, 2)] {
      #expect(plain(Array(repeating: 2, count: units)).run(ranks: ranks).screenSeconds == 2 * rounds)
    }
    // Rank 0 of more than 64 ranks only answers.
    #expect(plain(Array(repeating: 2, count: 130)).run(ranks: 66).screenSeconds == 4)
    #expect(plain(Array(repeating: 2, count: 131)).run(ranks: 66).screenSeconds == 6)
  }

  @Test func aLongLastUnitIsATail() {
    // Two ranks: 0…2 and 0…1, then one works 10 s on the last unit while the other has none.
    let outcome = plain([2, 1, 10]).run(ranks: 2)
    #expect(outcome.screenSeconds == 11)
    #expect(outcome.tailSeconds == 9 && outcome.tailPerRank == 4.5)
    #expect(abs(outcome.efficiency - 13.0 / 22) < 1e-12)
  }

  @Test func aTraceFollowsTheLayers() {
    let runs = [0, 1, 3].map { WorkQueueSimulation.UnitRun(seconds: 1, count: 2, layer: $0) }
    var simulation = WorkQueueSimulation(runs: runs, seed: 0)
    simulation.variation = 0
    simulation.layerSeconds = 10
    // Its own layer each time, and those that it moves by: 1, then 1 + 1, then 1 + 2.
    #expect(simulation.run(ranks: 1).traceSeconds == 60)
    #expect(simulation.run(ranks: 1).screenSeconds == 66)
    // Times that differ within a matrix take no trace; another matrix does.
    let three = [(1.0, 0), (2.0, 0), (1.0, 1)].map {
      WorkQueueSimulation.UnitRun(seconds: $0.0, count: 2, layer: 2, matrix: $0.1)
    }
    simulation = WorkQueueSimulation(runs: three, seed: 0)
    simulation.layerSeconds = 10
    #expect(simulation.run(ranks: 1).traceSeconds == 40)
  }

  @Test func startAndGatheringAreAdded() {
    var simulation = plain([1, 1])
    simulation.startSeconds = { 10 / Double($0) }
    simulation.gatherSeconds = { Double($0) / 2 }
    let outcome = simulation.run(ranks: 2)
    #expect(outcome.startSeconds == 5 && outcome.gatherSeconds == 1)
    #expect(outcome.makespan == 6 + outcome.gatherSeconds)
    #expect(outcome.losses.first?.name == "start")
  }

  // MARK: Step by step

  @Test(arguments: [1, 2, 3, 17, 64, 65, 70, 130], [0.004, 0.08, 3])
  func theSimulationIsTheLiteralQueue(ranks: Int, scale: Double) {
    let seconds = random(700, in: 0.2 * scale...scale, seed: UInt64(ranks)).sorted { $0 > $1 }
    var simulation = WorkQueueSimulation(unitSeconds: seconds, seed: 1)
    simulation.variation = 0
    simulation.messages.pause = 0.037 * scale
    var literal = LiteralWorkQueue(seconds: seconds, messages: simulation.messages, ranks: ranks)
    literal.run()
    let outcome = simulation.run(ranks: ranks)
    #expect(literal.doneBy.allSatisfy { $0.map { $0 >= 0 } ?? false })
    #expect(abs(outcome.screenSeconds - literal.screenSeconds) < 1e-9 * literal.screenSeconds)
    #expect(outcome.requestCount == literal.requestCount)
  }

  // MARK: What always holds

  @Test func allSecondsAreAccountedFor() {
    for (ranks, scale) in [(1, 1.0), (7, 0.01), (64, 5), (300, 0.01), (3000, 2)] {
      var simulation = WorkQueueSimulation(
        runs: (0..<10).map { WorkQueueSimulation.UnitRun(seconds: scale * Double(10 - $0), count: 150, layer: $0) },
        seed: 5)
      simulation.layerSeconds = 0.1 * scale
      simulation.messages.pause = 0.2 * scale
      let outcome = simulation.run(ranks: ranks)
      let lost = outcome.losses.reduce(0) { $0 + $1.share }
      #expect(abs(outcome.efficiency + lost - 1) < 1e-9, "\(ranks) ranks")
      #expect(outcome.losses.allSatisfy { $0.share >= 0 })
      #expect((0...1).contains(outcome.rankZeroLoad))
    }
  }

  @Test func noHandOutBeatsItsBounds() {
    for seed in UInt64(0)..<20 {
      let ranks = Int(seed * seed) + 1
      // Long enough to go singly and be asked for late.
      let seconds = random(400, in: 0.2...3, seed: seed)
      let outcome = plain(seconds).run(ranks: ranks)
      let total = seconds.reduce(0, +)
      #expect(abs(outcome.usefulSeconds - total) < 1e-9 * total)
      #expect(outcome.screenSeconds * (1 + 1e-12) >= max(total / Double(ranks), outcome.longestUnit))
      #expect(outcome.longestUnit == seconds.max())
      // Graham 1966: no list in any order takes longer, if units go to whoever is free.
      let workers = Double(ranks > 64 ? ranks - 1 : ranks)
      #expect(outcome.screenSeconds <= total / workers + outcome.longestUnit)
    }
  }

  @Test func unitTimesDependOnTheSeedAndTheUnitAlone() {
    let runs = [WorkQueueSimulation.UnitRun(seconds: 10, count: 20_000)]
    let simulation = WorkQueueSimulation(runs: runs, seed: 3)
    let outcome = simulation.run(ranks: 100)
    #expect(outcome == simulation.run(ranks: 100))
    #expect(outcome != WorkQueueSimulation(runs: runs, seed: 4).run(ranks: 100))
    let others = simulation.run(ranks: 7)
    #expect(abs(outcome.usefulSeconds - others.usefulSeconds) < 1e-6)
    #expect(outcome.longestUnit == others.longestUnit)
    // The mean of 20,000 factors of deviation 0.1 is off by 0.0007 in one of three cases.
    #expect(abs(outcome.usefulSeconds / 200_000 - 1) < 0.003)
    #expect(outcome.longestUnit > 13 && outcome.longestUnit < 16)
  }

  @Test func efficiencyFallsWhereRanksOutnumberTheWork() {
    let runs = (0..<32).map { WorkQueueSimulation.UnitRun(seconds: 60 * Double(32 - $0), count: 1500, layer: $0) }
    let simulation = WorkQueueSimulation(runs: runs, seed: 0)
    let efficiencies = [64, 1024, 16_384, 100_000].map { simulation.run(ranks: $0).efficiency }
    #expect(efficiencies == efficiencies.sorted { $0 > $1 })
    #expect(efficiencies[1] > 0.99 && efficiencies[3] < 0.5)
  }

  // MARK: Short units

  @Test func rankZeroIsNotOverrunByShortUnits() {
    // One by one, half a million answers of 5 µs would take 2.5 s at least.
    let runs = (0..<100).map { WorkQueueSimulation.UnitRun(seconds: 0.0004 * Double(100 - $0), count: 5000) }
    let outcome = WorkQueueSimulation(runs: runs, seed: 0).run(ranks: 10_000)
    #expect(outcome.screenSeconds < 1.5)
    #expect(outcome.requestCount < 250_000)
    #expect(outcome.efficiency > 0.7)
  }

  @Test func aHundredThousandRanksTakeMillionsOfUnits() {
    let runs = (0..<100).map { WorkQueueSimulation.UnitRun(seconds: 0.2 * Double(100 - $0), count: 20_000) }
    let outcome = WorkQueueSimulation(runs: runs, seed: 0).run(ranks: 100_000)
    #expect(outcome.efficiency > 0.99)
    #expect(outcome.rankZeroLoad < 0.2 && outcome.answerSeconds < 1)
  }
}

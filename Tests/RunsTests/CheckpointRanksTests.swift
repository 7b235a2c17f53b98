import Foundation
import MessagePassing
import Runs
import Testing
import TestSupport

/// Steps whose state is kept, by any number of ranks.
@Suite(.serialized) struct CheckpointRanksTests {
  /// Counts to `steps`, or goes on with it; gives the count that it began with, and nil where it stopped.
  private func count(
    to steps: Int, output: String, _ world: Communicator, limit: Int? = nil, spoiling: Bool = false
  ) throws -> (first: Int, last: Int?) {
    let place = try RunOutput.open(
      path: output, communicator: world,
      conditions: {
        PlanConditions(
          planSHA256: String(repeating: "1", count: 64), modelSHA256: String(repeating: "2", count: 64), items: [])
      })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    if let limit, world.rank == world.size - 1 {
      let limit = QuestionLimit(limit)
      settings.stopping = StoppingRule { _ in limit.isReached() ? "enough" : nil }
    }
    let run = try Run(output: place, settings: settings, communicator: world)
    try run.noteStart(piecesBefore: 0)
    var reports: [Int] = []
    let keeper = CheckpointKeeper(run, stage: 3, phase: "counting", steps: steps) { reports.append($0.piecesDone) }
    if spoiling, world.rank == 0 {
      var bytes = try Data(contentsOf: URL(fileURLWithPath: output + ".journal/0003.checkpoint"))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: output + ".journal/0003.checkpoint"))
    }
    try world.barrier()
    var value = try keeper.state().map { Int($0[0]) } ?? 0
    let first = value
    keeper.begin(at: value)
    defer { #expect(world.rank != 0 || reports.first == first) }
    do {
      while value < steps {
        value += 1
        try keeper.pass(value) { [UInt8(value)] }
      }
      try keeper.finish { [UInt8(value)] }
    } catch let stop as CheckpointKeeper.Stop {
      #expect(stop.reason == "enough")
      if world.rank == 0 { place.setAside() }
      try world.barrier()
      return (first, nil)
    }
    if world.rank == 0 { place.setAside() }
    try world.barrier()
    return (first, value)
  }

  @Test func aStateIsGoneOnFromUnlessItIsDamaged() throws {
    try SharedFolder.run { (world, folder) throws in
      let output = folder.path("out")
      let stopped = try count(to: 20, output: output, world, limit: 7)
      #expect(stopped.first == 0 && stopped.last == nil)
      let finished = try count(to: 20, output: output, world)
      #expect(finished.first == 8 && finished.last == 20)
      let again = try count(to: 20, output: output, world)
      #expect(again.first == 20 && again.last == 20)
      let spoiled = try count(to: 20, output: output, world, spoiling: true)
      #expect(spoiled.first == 0 && spoiled.last == 20)
    }
  }

  @Test func withoutARunNothingIsKept() throws {
    let keeper = CheckpointKeeper()
    #expect(try keeper.state() == nil && !keeper.isToStop)
    keeper.begin(at: 0)
    var isAsked = false
    try keeper.pass(1) {
      isAsked = true
      return []
    }
    #expect(!isAsked)
  }
}

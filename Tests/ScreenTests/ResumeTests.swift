import Archive
import Foundation
import MessagePassing
import Runs
import Screen
import Testing
import TestSupport

/// A screen that stops and goes on, with whatever ranks, gives the file of one that never stopped: also under mpirun.
@Suite(.serialized) struct ResumeTests {
  private func prepare(in folder: SharedFolder, world: Communicator) throws -> String {
    let path = folder.path("screen.yaml")
    let text = """
      model: \(Places.demo)/model
      inputs: \(Places.demo)/inputs.jsonl
      inputs_per_task: 1
      continuation: {tokens: 6}
      mutations: {region: [32, 48], sample: 300}
      """
    if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
    try world.barrier()
    return path
  }

  /// Units in the journal, one for each record.
  private func units(of output: String) throws -> [Int] {
    let folder = JournalFolder(output: output)
    return try folder.unitsNames().flatMap { try JournalFile(path: folder.path + "/" + $0).entries.map(\.unit) }
  }

  @Test func startsAddUpToTheWhole() throws {
    try SharedFolder.run { (world, folder) throws in
      let configuration = try prepare(in: folder, world: world)
      let output = folder.path("out.h5")
      let alone = try #require(try world.split(color: world.rank, key: 0))
      _ = try Starts.screen(configuration, output: folder.path("whole-\(world.rank).h5"), communicator: alone)

      let first = try Starts.screen(configuration, output: output, limit: 20, communicator: world)
      #expect(first.stopReason == "enough" && first.unitsBefore == 0)
      #expect(first.unitsDone > 0 && first.unitsDone < first.unitCount)
      let left = try units(of: output)
      #expect(Set(left).count == first.unitsDone && left.count == first.unitsDone, "each unit once")
      try world.barrier()

      // One rank alone goes on, and stops too; its last record is cut short, as if it had been killed.
      var second: ScreenRun.Summary?
      if world.rank == 0 {
        second = try Starts.screen(configuration, output: output, limit: 30, communicator: alone)
        #expect(second?.unitsBefore == first.unitsDone)
        let path = JournalFolder(output: output).unitsPath(start: 2, rank: 0)
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        #expect(truncate(path, off_t(size - 5)) == 0)
      }
      let done = try world.broadcast(Int64(second?.unitsDone ?? 0), from: 0)
      let dropped: Int64 = done > Int64(first.unitsDone) ? 1 : 0
      try world.barrier()

      let third = try Starts.screen(configuration, output: output, communicator: world)
      #expect(third.stopReason == nil && third.unitsDone == third.unitCount)
      #expect(Int64(third.unitsBefore) == done - dropped)
      #expect((third.droppedByteCount > 0) == (dropped > 0))
      #expect(!JournalFolder(output: output).exists)
      try world.barrier()
      try alone.free()
      try expectEqual(output, folder.path("whole-\(world.rank).h5"))
    }
  }

  @Test func aFinishedJournalIsOnlyGathered() throws {
    try SharedFolder.run { (world, folder) throws in
      let configuration = try prepare(in: folder, world: world)
      let output = folder.path("out.h5")
      // A folder of that name keeps the file from being published, after all units are finished.
      let alone = try #require(try world.split(color: world.rank == 0 ? 0 : 1, key: 0))
      if world.rank == 0 {
        _ = try Starts.screen(configuration, output: folder.path("whole.h5"), communicator: alone)
        try FileManager.default.createDirectory(atPath: output + ".partial", withIntermediateDirectories: true)
        #expect(throws: (any Error).self) { try Starts.screen(configuration, output: output, communicator: alone) }
        try FileManager.default.removeItem(atPath: output + ".partial")
      }
      try world.barrier()
      let summary = try Starts.screen(configuration, output: output, communicator: world)
      #expect(summary.unitsBefore == summary.unitCount && summary.mutationsEvaluated == 0)
      try alone.free()
      try expectEqual(output, folder.path("whole.h5"))
    }
  }

  private func expectEqual(_ path: String, _ other: String) throws {
    let differences = try StoredFile.differences(path, other)
    #expect(differences == [])
    let file = try ResultsFile(path: path)
    #expect(file.summary.mutationCount == 300)
    try file.close()
  }
}

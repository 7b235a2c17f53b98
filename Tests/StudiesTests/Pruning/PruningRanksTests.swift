import Archive
import Foundation
import MessagePassing
import Runs
import Studies
import Synchronization
import Testing
import TestSupport

/// Whole runs of a pruning that stop and go on, what they write beside their file, and runs that begin with that.
@Suite(.serialized) struct PruningRanksTests {
  /// A folder with the planted model and its texts.
  private struct Bench {
    let folder: SharedFolder
    let world: Communicator

    init(_ folder: SharedFolder, _ world: Communicator) throws {
      (self.folder, self.world) = (folder, world)
      if world.rank == 0 {
        try FileManager.default.createDirectory(atPath: folder.path("model"), withIntermediateDirectories: true)
        try PlantedModel.write(to: folder.path("model"))
        for set in PlantedModel.circles.sets {
          let lines = set.rows.map { "{\"tokens\": [\($0.dropFirst().map(String.init).joined(separator: ", "))]}\n" }
          try write(set.name + ".jsonl", lines.joined())
        }
      }
      try world.barrier()
    }

    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path(name))) }

    func configuration(_ name: String, _ more: String, masks: String = "") throws {
      if world.rank == 0 {
        try write(
          name,
          """
          model: model
          texts: {one: one.jsonl, two: two.jsonl, more_one: more_one.jsonl, more_two: more_two.jsonl}
          window: 21
          \(masks)
          studies:
            pruning: {\(PruningTests.keys), percents: [21], compared_percent: 21, seeds: 2, \(more)}
          """)
      }
      try world.barrier()
    }

    /// Runs the studies of a configuration, or goes on with them; why it stopped if it did. Collective.
    func run(_ name: String, output: String, pieces: Int = .max) throws -> String? {
      let prepared = try PreparedStudies.load(configurationPath: folder.path(name), communicator: world)
      let place = try RunOutput.open(
        path: folder.path(output), communicator: world, conditions: { try prepared.conditions() },
        findsResult: { try StudyOutput.findsResult(at: $0, replacing: false) })
      var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
      let left = Limit(pieces)
      settings.stopping = StoppingRule { _ in left.isReached() ? "enough" : nil }
      do {
        let run = try StudiesRun(prepared, output: place, settings: settings, memory: 1 << 20, world)
        return try run.findings { _ in }.stopReason
      } catch {
        if world.rank == 0 { place.removeJournal() }
        throw error
      }
    }
  }

  /// Asked before a piece on most ranks: reached after so many questions.
  private final class Limit: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
    func isReached() -> Bool {
      left.withLock {
        $0 -= 1
        return $0 < 0
      }
    }
  }

  @Test func masksComeOutAfterInterruptionsAndGoIntoOtherRuns() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = try Bench(folder, world)
      try bench.configuration("pruning.yaml", "iterative: true, step: 7, until: 21, apply: pruned.json")
      var starts = 0
      while try bench.run("pruning.yaml", output: "out.h5", pieces: starts < 3 ? 4 : .max) != nil {
        #expect(!FileManager.default.fileExists(atPath: folder.path("pruned.json")))
        starts += 1
      }
      #expect(starts == 3)
      let mask = try bench.bytes("pruned.json")
      #expect(String(decoding: mask, as: UTF8.self).contains("[3, 4, 5, 6, 7],\n  [3, 4, 5, 6, 7]"))
      // The same without interruption, in place of the mask that is there.
      #expect(try bench.run("pruning.yaml", output: "again.h5") == nil)
      #expect(try bench.bytes("pruned.json") == mask)
      let (one, other) = (try group("out.h5", folder), try group("again.h5", folder))
      #expect(one == other)

      try bench.configuration("masked.yaml", "importance: abs", masks: "masks: [pruned.json]")
      #expect(try bench.run("masked.yaml", output: "masked.h5") == nil)
      let before = GroupReader(group: one, path: "out.h5")
      let after = GroupReader(group: try group("masked.h5", folder), path: "masked.h5")
      #expect(
        try after.numbers("forget_cross_entropy", "site", "importance", "percent")[0]
          == (try before.numbers("compared_forget_cross_entropy", "site")[0]))
    }
  }

  @Test func whatIsInTheWayOrOfAnotherModelIsRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = try Bench(folder, world)
      try bench.configuration("pruning.yaml", "importance: abs, apply: pruned.json")
      if world.rank == 0 { try bench.write("pruned.json", "{\"mine\": true}") }
      try world.barrier()
      #expect(throws: (any Error).self) { try bench.run("pruning.yaml", output: "out.h5") }
      try world.barrier()
      if world.rank == 0 {
        #expect(String(decoding: try bench.bytes("pruned.json"), as: UTF8.self) == "{\"mine\": true}")
        #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5")))
        try FileManager.default.removeItem(atPath: folder.path("pruned.json"))
      }
      try world.barrier()
      #expect(try bench.run("pruning.yaml", output: "out.h5") == nil)
      // A file that the studies read is not written.
      try bench.configuration("itself.yaml", "importance: abs, apply: pruned.json", masks: "masks: [pruned.json]")
      #expect(throws: (any Error).self) { try bench.run("itself.yaml", output: "itself.h5") }
      try world.barrier()
      if world.rank == 0 {
        let text = String(decoding: try bench.bytes("pruned.json"), as: UTF8.self)
        let digest = try #require(text.range(of: "\"model_sha256\": \""))
        let other = text.replacingCharacters(
          in: digest.upperBound..<text.index(digest.upperBound, offsetBy: 12), with: "000000000000")
        try bench.write("other.json", other)
      }
      try bench.configuration("other.yaml", "importance: abs", masks: "masks: [other.json]")
      #expect(throws: (any Error).self) { try bench.run("other.yaml", output: "other.h5") }
      #expect(!FileManager.default.fileExists(atPath: folder.path("other.h5")))
      #expect(!FileManager.default.fileExists(atPath: folder.path("other.h5.journal")))
    }
  }

  private func group(_ name: String, _ folder: SharedFolder) throws -> AnalysisGroup {
    try #require(try StudyFile(path: folder.path(name)).study("pruning"))
  }
}

import Archive
import Foundation
import MessagePassing
import Studies
import Testing
import TestSupport

/// Whole runs of a pruning that stop and go on, what they write beside their file, and runs that begin with that.
@Suite(.serialized) struct PruningRanksTests {
  /// A folder with the planted model and its texts. Collective.
  private func bench(_ folder: SharedFolder, _ world: Communicator) throws -> StudyBench {
    let bench = StudyBench(folder, world)
    if world.rank == 0 {
      try FileManager.default.createDirectory(atPath: folder.path("model"), withIntermediateDirectories: true)
      try PlantedModel.write(to: folder.path("model"))
    }
    for set in PlantedModel.circles.sets {
      let lines = set.rows.map { "{\"tokens\": [\($0.tokens.dropFirst().map(String.init).joined(separator: ", "))]}\n" }
      try bench.write(set.name + ".jsonl", lines.joined())
    }
    return bench
  }

  private func configuration(_ more: String, masks: String = "") -> String {
    """
    model: model
    texts: {one: one.jsonl, two: two.jsonl, more_one: more_one.jsonl, more_two: more_two.jsonl}
    window: 21
    \(masks)
    studies:
      pruning: {\(PruningTests.keys), percents: [21], compared_percent: 21, seeds: 2, \(more)}
    """
  }

  @Test func masksComeOutAfterInterruptionsAndGoIntoOtherRuns() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = try bench(folder, world)
      try bench.write("pruning.yaml", configuration("iterative: true, step: 7, until: 21, apply: pruned.json"))
      var starts = 0
      while try bench.run("pruning.yaml", output: "out.h5", pieces: starts < 3 ? 4 : .max) != nil {
        #expect(!bench.has("pruned.json"))
        starts += 1
      }
      #expect(starts == 3)
      let mask = try bench.bytes("pruned.json")
      #expect(String(decoding: mask, as: UTF8.self).contains("[3, 4, 5, 6, 7],\n  [3, 4, 5, 6, 7]"))
      // The same without interruption, in place of the mask that is there.
      #expect(try bench.run("pruning.yaml", output: "again.h5") == nil)
      #expect(try bench.bytes("pruned.json") == mask)
      let (one, other) = (try bench.group("pruning", "out.h5"), try bench.group("pruning", "again.h5"))
      #expect(one == other)

      try bench.write("masked.yaml", configuration("importance: abs", masks: "masks: [pruned.json]"))
      #expect(try bench.run("masked.yaml", output: "masked.h5") == nil)
      let before = GroupReader(group: one, path: "out.h5")
      let after = GroupReader(group: try bench.group("pruning", "masked.h5"), path: "masked.h5")
      #expect(
        try after.numbers("forget_cross_entropy", "site", "importance", "percent")[0]
          == (try before.numbers("compared_forget_cross_entropy", "site")[0]))
    }
  }

  @Test func whatIsInTheWayOrOfAnotherModelIsRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = try bench(folder, world)
      try bench.write("pruning.yaml", configuration("importance: abs, apply: pruned.json"))
      try bench.write("pruned.json", "{\"mine\": true}")
      #expect(throws: (any Error).self) { try bench.run("pruning.yaml", output: "out.h5") }
      try world.barrier()
      if world.rank == 0 {
        #expect(String(decoding: try bench.bytes("pruned.json"), as: UTF8.self) == "{\"mine\": true}")
        #expect(!bench.has("out.h5"))
        try FileManager.default.removeItem(atPath: folder.path("pruned.json"))
      }
      try world.barrier()
      #expect(try bench.run("pruning.yaml", output: "out.h5") == nil)
      // A file that the studies read is not written.
      try bench.write(
        "itself.yaml", configuration("importance: abs, apply: pruned.json", masks: "masks: [pruned.json]"))
      #expect(throws: (any Error).self) { try bench.run("itself.yaml", output: "itself.h5") }
      try world.barrier()
      let text = String(decoding: try bench.bytes("pruned.json"), as: UTF8.self)
      let digest = try #require(text.range(of: "\"model_sha256\": \""))
      let other = text.replacingCharacters(
        in: digest.upperBound..<text.index(digest.upperBound, offsetBy: 12), with: "000000000000")
      try bench.write("other.json", other)
      try bench.write("other.yaml", configuration("importance: abs", masks: "masks: [other.json]"))
      #expect(throws: (any Error).self) { try bench.run("other.yaml", output: "other.h5") }
      #expect(!bench.has("other.h5"))
      #expect(!bench.has("other.h5.journal"))
    }
  }
}

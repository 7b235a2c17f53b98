import Foundation
import MessagePassing
import Studies
import Testing
import TestSupport

/// Whole runs on any number of ranks, which stop and go on.
@Suite(.serialized) struct CouplingRanksTests {
  private static let keys =
    "ranks: [2, 4], fractions: none, controls: [matched, shuffled], seeds: 2, tokens: 3, draws: 2"

  /// Writes a model, prompts and a configuration. Collective.
  private func prepare(_ folder: SharedFolder, _ world: Communicator) throws {
    if world.rank == 0 {
      try FileManager.default.createDirectory(atPath: folder.path("model"), withIntermediateDirectories: true)
      try CouplingBench.write(to: folder.path("model"), blocks: [1, 2, 3], hidden: 16)
      let lines = CouplingBench.prompts(3).map { "{\"tokens\": \($0)}\n" }.joined()
      try Data(lines.utf8).write(to: URL(fileURLWithPath: folder.path("prompts.jsonl")))
      let text = "model: model\nstudies:\n  coupling: {prompts: prompts.jsonl, \(Self.keys)}\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("c.yaml")))
    }
    try world.barrier()
  }

  @Test func fileIsTheSameForAnyRanksThreadsAndInterruptions() throws {
    try SharedFolder.run { (world, folder) throws in
      try prepare(folder, world)
      let bench = StudyBench(folder, world)
      var starts = 0
      while try bench.run("c.yaml", output: "out.h5", pieces: starts < 3 ? 7 : .max) != nil { starts += 1 }
      #expect(starts == 3)
      #expect(try bench.run("c.yaml", output: "again.h5", threads: 2) == nil)
      let spellings = try ["out.h5", "again.h5"].map { try bench.group("coupling", $0).spelling }
      #expect(spellings[0] == spellings[1])
      // One process without a run and a journal.
      let model = try CouplingBench(blocks: [1, 2, 3], hidden: 16).model
      let alone = try CouplingBench.found(model, CouplingBench.prompts(3), Self.keys)
      for name in ["coupling", "null", "singular_value", "linear_cosine", "variant_coupling", "host_p"] {
        let file = try bench.reader("coupling", "out.h5")
        let axes = try #require(alone.group.variables.first { $0.name == name }).dimensions
        let (one, other) = (try alone.numbers(name, over: axes), try file.numbers(name, over: axes))
        #expect(one.map(\.bitPattern) == other.map(\.bitPattern), "\(name)")
      }
    }
  }
}

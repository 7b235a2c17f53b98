import Archive
import Foundation
import MessagePassing
import Runs
import Studies
import Synchronization
import Testing
import TestSupport

/// Whole runs on any number of ranks, which stop and go on.
@Suite(.serialized) struct CouplingRanksTests {
  private static let keys =
    "ranks: [2, 4], fractions: none, controls: [matched, shuffled], seeds: 2, tokens: 3, draws: 2"

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

  /// Runs the study, or goes on with it; why it stopped if it did. Collective.
  private func run(
    _ folder: SharedFolder, _ world: Communicator, output: String, pieces: Int = .max, threads: Int = 1
  ) throws -> String? {
    let prepared = try PreparedStudies.load(configurationPath: folder.path("c.yaml"), communicator: world)
    let place = try RunOutput.open(
      path: folder.path(output), communicator: world, conditions: { try prepared.conditions() },
      findsResult: { try StudyOutput.findsResult(at: $0, replacing: false) })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: threads)
    let left = Limit(pieces)
    settings.stopping = StoppingRule { _ in left.isReached() ? "enough" : nil }
    let run = try StudiesRun(prepared, output: place, settings: settings, memory: 1 << 20, world)
    return try run.findings { _ in }.stopReason
  }

  @Test func fileIsTheSameForAnyRanksThreadsAndInterruptions() throws {
    try SharedFolder.run { (world, folder) throws in
      try prepare(folder, world)
      var starts = 0
      while try run(folder, world, output: "out.h5", pieces: starts < 3 ? 7 : .max) != nil { starts += 1 }
      #expect(starts == 3)
      #expect(try run(folder, world, output: "again.h5", threads: 2) == nil)
      let spellings = try ["out.h5", "again.h5"].map { name in
        try #require(try StudyFile(path: folder.path(name)).study("coupling")).spelling
      }
      #expect(spellings[0] == spellings[1])
      // One process without a run and a journal.
      let model = try CouplingBench(blocks: [1, 2, 3], hidden: 16).model
      let alone = try CouplingBench.found(model, CouplingBench.prompts(3), Self.keys)
      for name in ["coupling", "null", "singular_value", "linear_cosine", "variant_coupling", "host_p"] {
        let file = GroupReader(
          group: try #require(try StudyFile(path: folder.path("out.h5")).study("coupling")), path: "out.h5")
        let axes = try #require(alone.group.variables.first { $0.name == name }).dimensions
        let (one, other) = (try alone.numbers(name, over: axes), try file.numbers(name, over: axes))
        #expect(one.map(\.bitPattern) == other.map(\.bitPattern), "\(name)")
      }
    }
  }
}

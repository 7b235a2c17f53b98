import Archive
import Foundation
import MessagePassing
import Runs
import Screen
import Testing
import TestSupport

/// A screen of a model of any family gives the same file by any number of ranks, interrupted or not: as one process and
/// under mpirun.
@Suite(.serialized, .enabled(if: SharedHosts.isThere, SharedHosts.absence)) struct FamilyRanksTests {
  /// A configuration on two inputs, of all matrices that the model has.
  private func prepare(_ name: String, in folder: SharedFolder, _ world: Communicator) throws -> String {
    if world.rank == 0 {
      let inputs = try SharedHosts.prompts(of: name).prefix(2).enumerated().map { number, tokens in
        #"{"id": "\#(number)", "task": "t", "tokens": \#(tokens)}"#
      }
      try Data(inputs.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder.path("inputs.jsonl")))
      let text = """
        model: \(SharedHosts.path(of: name))
        inputs: inputs.jsonl
        continuation: {tokens: 8}
        mutations: {region: [3, 5], sample: 64}
        """
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("screen.yaml")))
    }
    try world.barrier()
    return folder.path("screen.yaml")
  }

  /// Screens until every rank has begun `limit` units of its own.
  private func screen(
    _ configuration: String, output: String, limit: Int? = nil, communicator: Communicator
  ) throws -> ScreenRun.Summary {
    let screen = try PreparedScreen.load(configurationPath: configuration, communicator: communicator)
    let memory = try screen.memoryPlan(limit: 300_000_000, node: try communicator.splitByNode(), threads: 1)
    let file = try OutputFile.open(path: output, screen: screen, communicator: communicator)
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    settings.checkpointInterval = .zero
    if let limit {
      let rule = QuestionLimit(limit)
      settings.stopping = StoppingRule { _ in rule.isReached() ? "enough" : nil }
    }
    return try ScreenRun(screen: screen, communicator: communicator, output: file, settings: settings, memory: memory)
      .run { _ in }
  }

  @Test(arguments: SharedHosts.decoders + SharedHosts.unlikeGGUFs) func startsAddUpToTheWhole(_ name: String) throws {
    try SharedFolder.run { (world, folder) throws in
      let configuration = try prepare(name, in: folder, world)
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let whole = try screen(configuration, output: folder.path("whole-\(world.rank).h5"), communicator: alone)
      #expect(whole.unitsDone == whole.unitCount)
      try alone.free()
      let first = try screen(configuration, output: folder.path("out.h5"), limit: 2, communicator: world)
      #expect(first.stopReason == "enough" && first.unitsDone < first.unitCount)
      let second = try screen(configuration, output: folder.path("out.h5"), communicator: world)
      #expect(second.unitsBefore == first.unitsDone && second.unitsDone == whole.unitCount)
      let differences = try StoredFile.differences(folder.path("out.h5"), folder.path("whole-\(world.rank).h5"))
      #expect(differences == [])
    }
  }
}

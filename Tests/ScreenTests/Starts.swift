import Archive
import MessagePassing
import Runs
import Screen
import Testing
import TestSupport

/// Screens that stop and are started again.
enum Starts {
  /// Screens until every rank has begun `limit` units of its own.
  static func screen(
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

  /// A screen that all ranks begin and finish in two starts gives the file of one that a rank makes alone.
  static func expectSameFile(_ configuration: String, in folder: SharedFolder, _ world: Communicator) throws {
    let alone = try #require(try world.split(color: world.rank, key: 0))
    let whole = try screen(configuration, output: folder.path("whole-\(world.rank).h5"), communicator: alone)
    #expect(whole.unitsDone == whole.unitCount && whole.nonSilentCount > 0)
    try alone.free()
    let first = try screen(configuration, output: folder.path("out.h5"), limit: 2, communicator: world)
    #expect(first.stopReason == "enough" && first.unitsDone < first.unitCount)
    let second = try screen(configuration, output: folder.path("out.h5"), communicator: world)
    #expect(second.unitsBefore == first.unitsDone && second.unitsDone == whole.unitCount)
    let differences = try StoredFile.differences(folder.path("out.h5"), folder.path("whole-\(world.rank).h5"))
    #expect(differences == [])
  }
}

import Archive
import Foundation
import MessagePassing
import Runs
import Studies
import Testing
import TestSupport

/// Whole runs of the studies of a configuration, by all ranks in one folder.
struct StudyBench {
  let folder: SharedFolder
  let world: Communicator

  init(_ folder: SharedFolder, _ world: Communicator) { (self.folder, self.world) = (folder, world) }

  // MARK: Files

  /// Writes a file on rank 0. Collective.
  func write(_ name: String, _ text: String) throws {
    if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name))) }
    try world.barrier()
  }

  /// Whether a file is there.
  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.path(name)) }

  /// The content of a file.
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path(name))) }

  /// A study in a file of results.
  func group(_ study: String, _ output: String) throws -> AnalysisGroup {
    try #require(try StudyFile(path: folder.path(output)).study(study))
  }

  /// A reader of a study in a file of results.
  func reader(_ study: String, _ output: String) throws -> GroupReader {
    GroupReader(group: try group(study, output), path: output)
  }

  // MARK: Runs

  /// Runs the studies of a configuration, or goes on with them, up to the end or until every rank was asked so many
  /// times whether to stop; why they stopped if they did. What is refused leaves no journal. Collective.
  func run(_ configuration: String, output: String, pieces: Int = .max, threads: Int = 1) throws -> String? {
    let prepared = try PreparedStudies.load(configurationPath: folder.path(configuration), communicator: world)
    let place = try RunOutput.open(
      path: folder.path(output), communicator: world, conditions: { try prepared.conditions() },
      findsResult: { try StudyOutput.findsResult(at: $0, replacing: false) })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: threads)
    let left = QuestionLimit(pieces)
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

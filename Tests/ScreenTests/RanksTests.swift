import Archive
import Foundation
import Inputs
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport
import Transformer

/// The number of ranks does not matter: run as one process and under mpirun.
@Suite(.serialized) struct RanksTests {
  private func configuration(sampling: String, recording: String = "", in folder: SharedFolder, world: Communicator)
    throws -> String
  {
    let path = folder.path("screen.yaml")
    let text = """
      model: \(Places.demo)/model
      inputs: \(Places.demo)/inputs.jsonl
      inputs_per_task: 1
      continuation: {tokens: 20, \(sampling)}
      mutations: {region: [24, 16], sample: 150}
      \(recording)
      """
    if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
    try world.barrier()
    return path
  }

  @discardableResult
  private func screen(
    _ configuration: String, output: String, communicator: Communicator
  ) throws -> ScreenRun.Summary {
    let screen = try PreparedScreen.load(configurationPath: configuration, communicator: communicator)
    let file = try OutputFile.open(path: output, screen: screen, communicator: communicator)
    let memory = try screen.memoryPlan(limit: 300_000_000, node: try communicator.splitByNode(), threads: 1)
    let settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    return try ScreenRun(screen: screen, communicator: communicator, output: file, settings: settings, memory: memory)
      .run { _ in }
  }

  @Test(arguments: ["temperature: 0", "temperature: 0.9, seed: 4"])
  func allRanksGiveTheFileOfOne(sampling: String) throws {
    try SharedFolder.run { world, folder in
      let path = try configuration(sampling: sampling, in: folder, world: world)
      let alone = try #require(try world.split(color: world.rank, key: 0))
      // Every rank runs the whole screen for itself, into a file of its own; then all run it together.
      try screen(path, output: folder.path("alone-\(world.rank).h5"), communicator: alone)
      try screen(path, output: folder.path("together.h5"), communicator: world)
      try alone.free()
      let one = try ResultsFile(path: folder.path("alone-\(world.rank).h5"))
      let all = try ResultsFile(path: folder.path("together.h5"))
      let rows = 0..<one.summary.mutationCount
      #expect(all.summary.mutationCount == 150 && rows.count == 150)
      #expect(all.summary.provenance.ranks == world.size && one.summary.provenance.ranks == 1)
      let differences = try StoredFile.differences(folder.path("together.h5"), folder.path("alone-\(world.rank).h5"))
      #expect(differences == [])
      let recording = all.summary.recording
      #expect(recording.hasDirection && recording.response && recording.choices)
      // The demo model answers with letters: what it says is what it chooses.
      let choosing = try #require(try all.inputs().firstIndex { !$0.choices.isEmpty })
      let choice = Int(try all.baselines()[choosing].choice)
      #expect(try all.baselines().count { $0.choice != LetterChoice.none } == 1)
      if sampling == "temperature: 0" {
        #expect(try all.baselineTexts()[choosing].hasPrefix(" " + LetterChoice.letter(of: choice)))
      }
      // Blocks of 16 columns.
      let drive = try #require(try all.drive())
      #expect(drive.blockCount == 24 && drive.layerCount == 4)
      #expect(try all.values(\.firstChange, rows).contains { $0 >= 0 })
      try one.close()
      try all.close()
    }
  }

  @Test func verdictsTakeTheOperationsThatThePlanSays() throws {
    try SharedFolder.run { world, folder in
      let path = try configuration(
        sampling: "temperature: 0", recording: "record: {text: none}", in: folder, world: world)
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let summary = try screen(path, output: folder.path("alone-\(world.rank).h5"), communicator: alone)
      try alone.free()
      // Besides the verdicts, a screen follows the baseline: through each layer once, and again for each of its
      // matrices that has mutants. Counts are whole numbers, so that nothing but a wrong formula can differ.
      let screen = try PreparedScreen(configurationPath: path)
      let shape = screen.model.shape
      let lengths = screen.inputs.map { $0.tokens.count + screen.configuration.stepCount - 1 }
      let traced = Set(
        screen.plan.units.map { unit in
          let region = screen.plan.mutation(at: unit.positions.lowerBound).region
          return region.layer * 7 + region.matrix.index
        })
      let passes = Double(traced.count + shape.layerCount - 1)
      let elements = WeightMatrix.ofBlocks.reduce(0) { $0 + shape.shape(of: $1).rows * shape.shape(of: $1).columns }
      let (done, needed) = (summary.costs.operations, summary.operationsNeeded)
      #expect(done.head == needed.head && done.corrections == needed.corrections)
      #expect(done.blocks == needed.blocks + passes * 2 * Double(lengths.reduce(0, +) * elements))
      let attention = lengths.reduce(0) {
        $0 + Operations.attention(queries: 0..<$1, width: shape.width(of: .query), window: nil)
      }
      #expect(done.attention == needed.attention + passes * attention)
    }
  }

  @Test func whatIsWrongIsSaidByOneRank() throws {
    try SharedFolder.run { world, folder in
      var ownError: (any Error)?
      do {
        _ = try PreparedScreen.load(configurationPath: folder.path("absent.yaml"), communicator: world)
      } catch {
        ownError = error
      }
      let error = try #require(ownError)
      if world.rank == 0 {
        #expect("\(error)".contains("absent.yaml"))
      } else {
        #expect((error as? FailureElsewhere)?.rank == 0)
      }
    }
  }
}

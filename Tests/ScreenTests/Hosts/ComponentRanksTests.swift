import Archive
import Foundation
import LinearAlgebra
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport

/// A screen of components gives the same file on any number of ranks, and says which component each mutation is of.
@Suite(.serialized) struct ComponentRanksTests {
  /// As programs do: last bits of decompositions may depend on the number of threads.
  init() { BLAS.useThreads(1) }

  private func screen(_ configuration: String, output: String, threads: Int, _ communicator: Communicator) throws {
    let screen = try PreparedScreen.load(configurationPath: configuration, threads: threads, communicator: communicator)
    let file = try OutputFile.open(path: output, screen: screen, communicator: communicator)
    let memory = try screen.memoryPlan(limit: 300_000_000, node: try communicator.splitByNode(), threads: threads)
    let settings = RunSettings(locusVersion: "test", commandLine: "test", threads: threads)
    _ = try ScreenRun(
      screen: screen, communicator: communicator, output: file, settings: settings, memory: memory
    ).run { _ in }
  }

  @Test func allRanksGiveTheFileOfOne() throws {
    try SharedFolder.run { world, folder in
      let path = folder.path("screen.yaml")
      let text = """
        model: \(Places.demo)/model
        inputs: \(Places.demo)/inputs.jsonl
        inputs_per_task: 1
        continuation: {tokens: 6}
        mutations:
          components: {count: 5, kinds: [zero, negate]}
          matrices: [k, down]
          layers: [0, 2, 3]
        record: {direction: 4}

        """
      if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
      try world.barrier()
      let alone = try #require(try world.split(color: world.rank, key: 0))
      try screen(path, output: folder.path("alone-\(world.rank).h5"), threads: 2, alone)
      try screen(path, output: folder.path("together.h5"), threads: 1, world)
      try alone.free()
      let differences = try StoredFile.differences(folder.path("together.h5"), folder.path("alone-\(world.rank).h5"))
      #expect(differences == [])
      let file = try ResultsFile(path: folder.path("together.h5"))
      let rows = 0..<file.summary.mutationCount
      #expect(rows.count == 3 * 2 * 5 * 2 && file.summary.recording.components)
      let components = try file.mutationList(rows).map { $0.component ?? -1 }
      #expect(components == rows.map { $0 % 10 / 2 })
      let sizes = try file.values(\.singularValue, rows)
      for first in stride(from: 0, to: rows.count, by: 10) {
        let own = sizes[first..<first + 10]
        #expect(own.allSatisfy { $0 > 0 } && zip(own, own.dropFirst()).allSatisfy { $0 >= $1 }, "largest first")
      }
      #expect(try file.values(\.firstChange, rows).contains { $0 >= 0 })
      try file.close()
    }
  }
}

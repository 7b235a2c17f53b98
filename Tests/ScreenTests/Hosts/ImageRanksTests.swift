import Archive
import Foundation
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport
import Transformer

/// A screen of a vision transformer gives the same file by any number of ranks, interrupted or not: as one process and
/// under mpirun.
@Suite(.serialized) struct ImageRanksTests {
  /// A configuration on seven images, of all matrices.
  private func prepare(in folder: SharedFolder, _ world: Communicator, record: String) throws -> String {
    if world.rank == 0 {
      try TinyImageHost().write(to: folder.path("model"))
      try TinyImageHost.write(TinyImageHost.images(7), to: folder.path("images.safetensors"))
      let text = """
        model: model
        inputs: images.safetensors
        inputs_per_task: 2
        continuation: {seed: 5}
        mutations:
          region: [3, 5]
          sample: 96
          matrices: [q, k, v, o, up, down]
          kinds: [maximum, zero, scale: 3, noise: 2]
        \(record)
        """
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("screen.yaml")))
    }
    try world.barrier()
    return folder.path("screen.yaml")
  }

  @Test(arguments: ["", "record: {text: none, divergence: false, direction: false}"])
  func startsAddUpToTheWhole(_ record: String) throws {
    try SharedFolder.run { (world, folder) throws in
      try Starts.expectSameFile(try prepare(in: folder, world, record: record), in: folder, world)
    }
  }

  @Test func theFileSpeaksOfClasses() throws {
    try SharedFolder.run { (world, folder) throws in
      let configuration = try prepare(in: folder, world, record: "")
      _ = try Starts.screen(configuration, output: folder.path("out.h5"), communicator: world)
      let file = try ResultsFile(path: folder.path("out.h5"))
      let (inputs, baselines) = (try file.inputs(), try file.baselines())
      #expect(inputs.map(\.task) == ["cat", "dog", "owl", "cat", "dog", "owl"])
      #expect(inputs.map(\.id) == (0..<6).map(String.init) && inputs.map(\.answer) == inputs.map(\.task))
      #expect(inputs[1].prompt == "image 1" && inputs.allSatisfy(\.tokens.isEmpty))
      #expect(file.summary.stepCount == 1 && file.summary.vocabularyCount == 3)
      let names = TinyImageHost.classNames
      #expect(baselines.allSatisfy { $0.tokens.count == 1 && $0.text == names[Int($0.tokens[0])] })
      // A mutant that is not silent says another class, and a silent one none.
      let rows = 0..<file.summary.mutationCount
      let (changes, tokens) = (try file.values(\.firstChange, rows), try file.values(\.tokens, rows))
      for (place, (change, token)) in zip(changes, tokens).enumerated() {
        let own = baselines[place % inputs.count].tokens[0]
        #expect(change == -1 ? token == -1 : change == 0 && names.indices.contains(Int(token)) && token != own)
      }
      #expect(changes.contains(0) && changes.contains(-1))
      try file.close()
    }
  }

  @Test func verdictsTakeTheOperationsThatThePlanSays() throws {
    try SharedFolder.run { (world, folder) throws in
      let configuration = try prepare(in: folder, world, record: "record: {text: none}")
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let summary = try Starts.screen(configuration, output: folder.path("alone-\(world.rank).h5"), communicator: alone)
      try alone.free()
      let (done, needed) = (summary.costs.operations, summary.operationsNeeded)
      #expect(done.head == needed.head && done.corrections == needed.corrections)
      let screen = try PreparedScreen(configurationPath: configuration)
      let (shape, count) = (screen.model.shape, screen.inputs.count * screen.model.shape.contextLength)
      let traced = Set(
        screen.plan.units.map { unit in
          let region = screen.plan.mutation(at: unit.positions.lowerBound).region
          return region.layer * 7 + region.matrix.index
        })
      // Besides the verdicts, a screen follows the baseline through each layer, and again for each matrix with mutants.
      let passes = Double(traced.count + shape.layerCount - 1)
      let elements = shape.blocks[0].matrixElements
      let patches = try #require(shape.embedding.patches)
      let embedding = Double(screen.inputs.count * patches.patchCount * shape.hiddenSize * patches.patch.valueCount)
      #expect(done.blocks == needed.blocks + passes * 2 * Double(count) * elements + 2 * embedding)
      let attention = Double(screen.inputs.count) * 4 * 49 * Double(shape.width(of: .query))
      #expect(done.attention == needed.attention + passes * attention)
    }
  }
}

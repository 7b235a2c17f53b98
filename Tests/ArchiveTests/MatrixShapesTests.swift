import Archive
import MessagePassing
import Perturbations
import Testing
import TestSupport
import Transformer

/// The sizes of a model's matrices, as a results file holds them.
@Suite(.serialized) struct MatrixShapesTests {
  @Test func shapesOfMatricesAreReadBack() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("results.h5")
      try SampleScreen.write(path, world: world, description: SampleScreen.description(SampleScreen.recordings[1]))
      let without = try ResultsFile(path: path)
      #expect(without.summary.shapes == nil)
      #expect(try without.description().shapes == nil)
      try without.close()
      try world.barrier()
      try SampleScreen.write(
        path, world: world,
        description: SampleScreen.description(SampleScreen.recordings[1], shapes: SampleScreen.shapes))
      let file = try ResultsFile(path: path)
      let shapes = try #require(file.summary.shapes)
      #expect(shapes == SampleScreen.shapes && shapes.layerCount == 3 && shapes.matrices == WeightMatrix.ofBlocks)
      #expect(try #require(shapes.shape(of: .down)) == (165, 9))
      #expect(try file.description().shapes == SampleScreen.shapes)
      // The last mutations are of layer 2 and end at row 165.
      #expect(
        try file.mutationList(0..<SampleScreen.mutationCount)
          == (0..<SampleScreen.mutationCount).map(SampleScreen.mutation))
      try file.close()
      try world.barrier()
    }
  }

  @Test func impossibleShapesAreRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      let path = folder.path("results.h5")
      func refusal() throws -> String {
        do {
          let file = try ResultsFile(path: path)
          _ = try file.mutationList(0..<SampleScreen.mutationCount)
          try file.close()
        } catch {
          return "\(error)"
        }
        return "accepted"
      }
      let all = WeightMatrix.ofBlocks
      let small = [
        MatrixShapes(layerCount: 2, shapes: all.map { ($0, 165, 9) }),
        MatrixShapes(layerCount: 3, shapes: all.map { ($0, 164, 9) }),
        MatrixShapes(layerCount: 3, shapes: all.map { ($0, 165, 2) }),
        MatrixShapes(layerCount: 3, shapes: [(.q, 165, 9)]),
      ]
      for shapes in small {
        try SampleScreen.write(
          path, world: world, description: SampleScreen.description(SampleScreen.recordings[1], shapes: shapes))
        #expect(try refusal().contains("as /matrix has it; the file is damaged"))
        try world.barrier()
      }
      let impossible = [
        MatrixShapes(layerCount: 0, shapes: all.map { ($0, 165, 9) }),
        MatrixShapes(layerCount: 3, shapes: all.map { ($0, 165, 0) }),
      ]
      for shapes in impossible {
        try SampleScreen.write(
          path, world: world, description: SampleScreen.description(SampleScreen.recordings[1], shapes: shapes))
        #expect(try refusal().contains("/matrix does not hold the rows and columns"))
        try world.barrier()
      }
    }
  }
}

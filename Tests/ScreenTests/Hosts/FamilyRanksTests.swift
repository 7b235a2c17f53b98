import Foundation
import MessagePassing
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

  @Test(arguments: SharedHosts.decoders + SharedHosts.unlikeGGUFs) func startsAddUpToTheWhole(_ name: String) throws {
    try SharedFolder.run { (world, folder) throws in
      try Starts.expectSameFile(try prepare(name, in: folder, world), in: folder, world)
    }
  }
}

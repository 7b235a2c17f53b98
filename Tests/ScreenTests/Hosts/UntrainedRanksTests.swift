import Archive
import Foundation
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport

/// Screens of a model with random weights, as one process and under mpirun.
@Suite(.serialized) struct UntrainedRanksTests {
  private static func text(_ model: String) -> String {
    """
    model: \(model)
    inputs: \(Places.demo)/inputs.jsonl
    inputs_per_task: 1
    continuation: {tokens: 8}
    mutations: {region: [64, 64], layers: [1], matrices: [down], kinds: [maximum, zero]}
    record: {direction: 2}

    """
  }

  private static let untrained = "{of: \(Places.demo)/model, weights: random, seed: 3}"

  private func prepare(_ model: String, _ name: String, _ folder: SharedFolder, _ world: Communicator) throws
    -> (screen: PreparedScreen, notices: [String])
  {
    let path = folder.path(name + ".yaml")
    if world.rank == 0 { try Data(Self.text(model).utf8).write(to: URL(fileURLWithPath: path)) }
    try world.barrier()
    var notices: [String] = []
    let screen = try PreparedScreen.load(configurationPath: path, communicator: world) { notices.append($0) }
    return (screen, notices)
  }

  private func run(_ screen: PreparedScreen, output: String, _ world: Communicator) throws {
    let file = try OutputFile.open(path: output, screen: screen, communicator: world)
    let memory = try screen.memoryPlan(limit: 300_000_000, node: try world.splitByNode(), threads: 1)
    let settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    let summary = try ScreenRun(screen: screen, communicator: world, output: file, settings: settings, memory: memory)
      .run { _ in }
    #expect(summary.stopReason == nil)
  }

  @Test func anUntrainedHostIsScreened() throws {
    try SharedFolder.run { world, folder in
      let (screen, notices) = try prepare(Self.untrained, "all", folder, world)
      #expect(notices.count == (world.rank == 0 ? 1 : 0) && notices.allSatisfy { $0.contains("random, seed 3") })
      try run(screen, output: folder.path("all.h5"), world)
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let (own, _) = try prepare(Self.untrained, "alone-\(world.rank)", folder, alone)
      try run(own, output: folder.path("alone-\(world.rank).h5"), alone)
      try alone.free()
      #expect(try StoredFile.differences(folder.path("all.h5"), folder.path("alone-\(world.rank).h5")) == [])
      let file = try ResultsFile(path: folder.path("all.h5"))
      let provenance = file.summary.provenance
      #expect(provenance.modelName == "model (random weights, seed 3)" && file.summary.mutationCount == 24)
      #expect(provenance.modelSHA256 == screen.checkpoint.sha256())
      try file.close()
    }
  }

  @Test func hashesTellWeightsApart() throws {
    try SharedFolder.run { world, folder in
      let hashes = try ["", ", seed: 1", ", scale: own"].enumerated().map { number, rest in
        let model = "{of: \(Places.demo)/model, weights: random\(rest)}"
        let (screen, _) = try prepare(model, "\(number)", folder, world)
        return (screen.checkpoint.sha256(), Fingerprint(screen: screen, modelSHA256: "same").hexadecimal)
      }
      let (trained, notices) = try prepare("\(Places.demo)/model", "trained", folder, world)
      #expect(notices.isEmpty && trained.modelName == "model")
      let all =
        hashes + [
          (trained.checkpoint.sha256(), Fingerprint(screen: trained, modelSHA256: "same").hexadecimal)
        ]
      #expect(Set(all.map(\.0)).count == 4 && Set(all.map(\.1)).count == 4)
    }
  }

  @Test func anEstimateNeedsNoWeights() throws {
    try World.run { (world) throws in
      try Places.withTemporaryFolder { folder in
        let path = folder + "/screen.yaml"
        let node = ScreenEstimate.Node(ranks: 1, memory: 1 << 30)
        let estimates = try ["\(Places.demo)/model", Self.untrained].map { model in
          try Data(Self.text(model).utf8).write(to: URL(fileURLWithPath: path))
          return try ScreenEstimate.make(configurationPath: path, node: node).estimate
        }
        #expect(estimates[1].weightBytes == 2 * estimates[0].weightBytes)
        #expect(estimates[1].mutationCount == estimates[0].mutationCount)
      }
    }
  }
}

import Archive
import Foundation
import MessagePassing
import Runs
import Testing
import TestSupport

/// Any number of ranks, and any number of starts, give the same file: as one process and under mpirun.
@Suite(.serialized) struct ForecastRanksTests {
  private func prepare(in folder: SharedFolder, world: Communicator) throws -> String {
    let path = folder.path("forecast.yaml")
    let text = """
      model: \(Places.demo)/model
      inputs: \(Places.demo)/inputs.jsonl
      inputs_per_task: 1
      continuation: {tokens: 6, temperature: 0.7, seed: 4}
      mutations: {region: [32, 48], sample: 60}
      forecast: {probes: 2, sizes: [8]}

      """
    if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
    try world.barrier()
    return path
  }

  @Test func ranksAndStartsGiveTheFileOfOne() throws {
    try SharedFolder.run { (world, folder) throws in
      let configuration = try prepare(in: folder, world: world)
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let (whole, output) = (folder.path("whole-\(world.rank).h5"), folder.path("out.h5"))
      try TinyForecast.run(configuration, output: whole, communicator: alone)
      try alone.free()
      let limit = QuestionLimit(3)
      let first = try TinyForecast.run(
        configuration, output: output, stopping: StoppingRule { _ in limit.isReached() ? "enough" : nil },
        communicator: world)
      #expect(first.stopReason == "enough" && first.piecesDone > 0 && first.piecesDone < 8)
      #expect(!FileManager.default.fileExists(atPath: output))
      try world.barrier()
      let second = try TinyForecast.run(configuration, output: output, communicator: world)
      #expect(second.stopReason == nil && second.piecesBefore == first.piecesDone && second.piecesDone == 8)
      #expect(!JournalFolder(output: output).exists)
      try world.barrier()
      #expect(try StoredFile.differences(output, whole) == [])
      let file = try ForecastFile(path: output)
      #expect(file.summary.mutationCount == 60 && file.summary.grids.map(\.name) == ["32x48", "8x8"])
      #expect(try file.values(.margin, 0..<60).allSatisfy(\.isFinite))
      #expect(try file.values(.divergence, 0..<60).allSatisfy { $0 >= 0 && $0.isFinite })
      try file.close()
    }
  }
}

import Archive
import Foundation
import MessagePassing
import Runs
import Studies
import Synchronization
import Testing
import TestSupport
import Transformer

/// Whole trainings of side networks on the demo model.
@Suite(.serialized) struct RealignmentRanksTests {
  private final class Limit: Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
    func isReached() -> Bool {
      left.withLock {
        $0 -= 1
        return $0 < 0
      }
    }
  }

  private func write(_ folder: SharedFolder, _ more: String) throws {
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
    }
    let lines = (0..<10).map { row in
      "{\"tokens\": [\((0..<8 + row % 3).map { "\(40 + (row * 5 + $0 * 7) % 90)" }.joined(separator: ", "))]}\n"
    }
    try write("rows.jsonl", lines.joined())
    try write("held.jsonl", lines.prefix(4).joined())
    try write(
      "c.yaml",
      """
      model: \(Demo.modelPath)
      studies:
        realignment: {styles: {one: {training: rows.jsonl, evaluation: held.jsonl}}, steps: 9, batch: 4, width: 8,
          seeds: 2, shards: 3, learning_rate: 0.01, watch: true, gradients: first.safetensors\(more)}
      """)
  }

  private func run(_ folder: SharedFolder, output: String, world: Communicator, pieces: Int = .max) throws -> String? {
    let prepared = try PreparedStudies.load(configurationPath: folder.path("c.yaml"), communicator: world)
    let place = try RunOutput.open(
      path: folder.path(output), communicator: world, conditions: { try prepared.conditions() },
      findsResult: { try StudyOutput.findsResult(at: $0, replacing: false) })
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
    let left = Limit(pieces)
    settings.stopping = StoppingRule { _ in left.isReached() ? "enough" : nil }
    return try StudiesRun(prepared, output: place, settings: settings, memory: 1 << 20, world).findings { _ in }
      .stopReason
  }

  @Test(arguments: [
    "", ", penalty: 0.001", ", quirks: true", ", layers: [1, 3], controls: none, patience: 2",
    ", prompts: ['One day, Mia found', 'There was'], tokens: 5",
  ]) func interruptionsChangeNoBit(_ more: String) throws {
    try SharedFolder.run { (world, folder) throws in
      if world.rank == 0 { try write(folder, more) }
      try world.barrier()
      var starts = 0
      while try run(folder, output: "a.h5", world: world, pieces: starts < 3 ? 5 : .max) != nil {
        starts += 1
        try world.barrier()
      }
      try world.barrier()
      #expect(starts > 1)
      #expect(try run(folder, output: "b.h5", world: world) == nil)
      try world.barrier()
      let groups = try ["a.h5", "b.h5"].map { try #require(try StudyFile(path: folder.path($0)).study("realignment")) }
      #expect(groups[0].spelling == groups[1].spelling)
      let reader = GroupReader(group: groups[0], path: "a.h5")
      let held = try reader.numbers("held_loss", "network")
      let before = try reader.numbers("held_loss_before", "network")
      #expect(zip(held, before).prefix(2).allSatisfy { $0 < $1 }, "\(before) \(held)")
      let page = try Realignment.exhibit(reader)
      #expect(page.figures.count == 3 && page.tables[0].rows.count == held.count)
      #expect(page.tables.count == (more.contains("prompts") ? 3 : 2))
    }
  }
}

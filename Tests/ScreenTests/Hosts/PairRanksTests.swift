import Archive
import Foundation
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport

/// A screen of pairs gives the same file on any number of ranks and when it was stopped, and says what pairs do beyond
/// their mutations.
@Suite(.serialized) struct PairRanksTests {
  @discardableResult private func screen(
    _ configuration: String, output: String, threads: Int, _ communicator: Communicator, limit: Int? = nil
  ) throws -> ScreenRun.Summary {
    let screen = try PreparedScreen.load(configurationPath: configuration, threads: threads, communicator: communicator)
    let file = try OutputFile.open(path: output, screen: screen, communicator: communicator)
    let memory = try screen.memoryPlan(limit: 300_000_000, node: try communicator.splitByNode(), threads: threads)
    var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: threads)
    settings.checkpointInterval = .zero
    if let limit {
      let rule = QuestionLimit(limit)
      settings.stopping = StoppingRule { _ in rule.isReached() ? "enough" : nil }
    }
    return try ScreenRun(
      screen: screen, communicator: communicator, output: file, settings: settings, memory: memory
    ).run { _ in }
  }

  private func write(_ name: String, _ mutations: String, in folder: SharedFolder, _ world: Communicator) throws {
    let text = """
      model: \(Places.demo)/model
      inputs: \(Places.demo)/inputs.jsonl
      inputs_per_task: 1
      continuation: {tokens: 6}
      mutations: \(mutations)
      record: {direction: 4}

      """
    if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name))) }
    try world.barrier()
  }

  @Test func allRanksGiveTheFileOfOne() throws {
    try SharedFolder.run { world, folder in
      try write(
        "single.yaml", "{region: [64, 64], matrices: [q, o, down], kinds: [zero, scale: -2]}", in: folder, world)
      try write("pairs.yaml", "{pairs: {from: single.h5, top: 7}}", in: folder, world)
      try screen(folder.path("single.yaml"), output: folder.path("single.h5"), threads: 1, world)
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let own = folder.path("alone-\(world.rank).h5")
      try screen(folder.path("pairs.yaml"), output: own, threads: 2, alone)
      let together = folder.path("together.h5")
      let first = try screen(folder.path("pairs.yaml"), output: together, threads: 1, world, limit: 2)
      #expect(first.stopReason == "enough" && first.unitsDone > 0)
      try screen(folder.path("pairs.yaml"), output: together, threads: 1, world)
      try alone.free()
      #expect(try StoredFile.differences(together, own) == [])
      try check(together, against: folder.path("single.h5"))
    }
  }

  /// The mutations alone are those of the earlier screen, to its divergences; the pairs are all that do not overlap.
  private func check(_ path: String, against earlier: String) throws {
    let file = try ResultsFile(path: path)
    let single = try ResultsFile(path: earlier)
    let pairs = try #require(try file.pairs())
    let inputs = file.summary.inputCount
    let all = try single.mutationList(0..<single.summary.mutationCount)
    let divergences = try single.values(\.divergence, 0..<all.count)
    let means = all.indices.map { place in
      divergences[place * inputs..<(place + 1) * inputs].reduce(0) { $0 + Double($1) } / Double(inputs)
    }
    let strongest = all.indices.sorted { (means[$1], $0) < (means[$0], $1) }.prefix(7).sorted()
    let singles = try file.mutationList(0..<pairs.singleCount)
    #expect(singles == strongest.map { all[$0] })
    var expected: Set<PairList.Pair> = []
    for first in singles.indices {
      for second in singles.indices where first < second {
        if !singles[first].region.overlaps(singles[second].region) { expected.insert(.init(first, second)) }
      }
    }
    #expect(Set(pairs.pairs) == expected && pairs.count == expected.count && !expected.isEmpty)
    let own = try file.values(\.divergence, 0..<file.summary.mutationCount)
    for (place, other) in strongest.enumerated() {
      for input in 0..<inputs {
        let (one, before) = (own[place * inputs + input], divergences[other * inputs + input])
        #expect(abs(one - before) <= 1e-4 * max(before, 1e-3))
      }
    }
    let stored = try StoredFile(path).values
    #expect(stored.keys.contains("/pair/interaction") && stored.keys.contains("/pair/expected"))
    for (number, pair) in pairs.pairs.enumerated() {
      for input in 0..<inputs {
        let sum = Double(own[pair.first * inputs + input]) + Double(own[pair.second * inputs + input])
        let beyond = Double(own[pairs.row(of: number) * inputs + input]) - sum
        #expect(pairs.interactions.interactions[number][input] == beyond)
      }
    }
    try file.close()
    try single.close()
  }
}

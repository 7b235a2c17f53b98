import Archive
import Foundation
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport
import Transformer

/// Refinements, lists and parts of them on any number of ranks: run as one process and under mpirun.
@Suite(.serialized) struct RefinementRanksTests {
  private struct Bench {
    let folder: SharedFolder
    let world: Communicator

    /// Rank 0 writes a configuration. Collective.
    func configuration(
      _ name: String, mutations: String, perTask: Int = 1, tokens: Int = 16,
      record: String = "{text: none, divergence: false, direction: false}"
    ) throws -> String {
      let text = """
        model: \(Places.demo)/model
        inputs: \(Places.demo)/inputs.jsonl
        inputs_per_task: \(perTask)
        continuation: {tokens: \(tokens), seed: 5}
        mutations: {\(mutations)}
        record: \(record)
        """
      try world.barrier()
      if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name))) }
      try world.barrier()
      return folder.path(name)
    }

    /// Screens all levels. Collective.
    @discardableResult
    func screen(
      _ configuration: String, output: String, part: ScreenPart? = nil, by ranks: Communicator? = nil
    ) throws -> [Int] {
      let ranks = ranks ?? world
      let screen = try PreparedScreen.load(configurationPath: configuration, communicator: ranks)
      let refinement = Refinement(screen.configuration, output: folder.path(output))
      var counts: [Int] = []
      try refinement.run(screen, communicator: ranks) { screen, level, _ in
        let file = try OutputFile.open(path: level.path, screen: screen, part: part, communicator: ranks)
        let memory = try screen.memoryPlan(limit: 300_000_000, node: try ranks.splitByNode(), threads: 1)
        let settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
        let summary = try ScreenRun(
          screen: screen, communicator: ranks, output: file, settings: settings, memory: memory
        )
        .run { _ in }
        counts.append(summary.mutationCount)
        return summary.stopReason == nil
      }
      try world.barrier()
      return counts
    }

    /// Whether each mutation of a results file is non-silent on some input.
    func verdicts(_ name: String) throws -> [(mutation: Mutation, isNonSilent: Bool)] {
      let file = try ResultsFile(path: folder.path(name))
      let rows = 0..<file.summary.mutationCount
      let (mutations, changes) = (try file.mutationList(rows), try file.values(\.firstChange, rows))
      let inputs = file.summary.inputCount
      try file.close()
      return mutations.enumerated().map { index, mutation in
        (mutation, changes[index * inputs..<(index + 1) * inputs].contains { $0 >= 0 })
      }
    }

    /// Expects that two files are equal, bit for bit.
    func expectEqual(_ one: String, _ other: String, except exceptions: Set<String> = []) throws {
      let differences = try StoredFile.differences(folder.path(one), folder.path(other), except: exceptions)
      #expect(differences == [])
    }
  }

  @Test func levelsAreTheSameOnAnyRanks() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = Bench(folder: folder, world: world)
      let path = try bench.configuration(
        "refine.yaml",
        mutations: "refine: [[64, all], 32, [8, 16]], layers: [1, 3], matrices: [v, up], "
          + "kinds: [maximum, negate, noise: 2, shuffle, scale: -1.5], sample: 30", tokens: 8,
        record: "{direction: 3}")
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let counts = try bench.screen(path, output: "alone-\(world.rank).h5", by: alone)
      #expect(counts.count == 3 && counts[0] == 30 && counts[1] > 30 && counts[2] > counts[1])
      #expect(try bench.screen(path, output: "together.h5") == counts)
      try alone.free()
      for level in [".64xall", ".32x32", ""] {
        try bench.expectEqual("together\(level).h5", "alone-\(world.rank)\(level).h5")
      }
      // Children lie in non-silent parents of their kind, and all of them are there.
      let (parents, children) = (try bench.verdicts("together.32x32.h5"), try bench.verdicts("together.h5"))
      let refined = Dictionary(grouping: children.map(\.mutation)) { child in
        parents.firstIndex { parent in
          let (outer, inner) = (parent.mutation.region, child.region)
          return parent.mutation.kind == child.kind && outer.layer == inner.layer && outer.matrix == inner.matrix
            && outer.rows.contains(inner.rows) && outer.columns.contains(inner.columns)
        } ?? -1
      }
      #expect(refined[-1] == nil && parents.contains { !$0.isNonSilent })
      for (index, parent) in parents.enumerated() {
        #expect(refined[index]?.count ?? 0 == (parent.isNonSilent ? 4 * 2 : 0), "\(parent)")
      }
    }
  }

  /// A refinement misses regions whose effects cancel in the larger one, and those that are not felt beside others: a
  /// large region at the maximum moves the residual stream otherwise than its parts do.
  @Test func refinementsFindMostOfAnExhaustiveScreen() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = Bench(folder: folder, world: world)
      let place = "layers: [2], matrices: [v, down]"
      let refine = try bench.configuration("refine.yaml", mutations: "refine: [64, 16, 4], \(place)")
      let exhaustive = try bench.configuration("exhaustive.yaml", mutations: "region: [4, 4], \(place)")
      try bench.screen(refine, output: "refined.h5")
      try bench.screen(exhaustive, output: "exhaustive.h5")
      let (found, all) = (try bench.verdicts("refined.h5"), try bench.verdicts("exhaustive.h5"))
      let refined = Dictionary(uniqueKeysWithValues: found.map { ($0.mutation, $0.isNonSilent) })
      for (mutation, isNonSilent) in all {
        if let verdict = refined[mutation] { #expect(verdict == isNonSilent, "\(mutation)") }
      }
      var recall: [Kind: Double] = [:]
      for kind in Kind.usual {
        let wanted = all.filter { $0.isNonSilent && $0.mutation.kind == kind }
        let kept = wanted.filter { refined[$0.mutation] != nil }
        recall[kind] = Double(kept.count) / Double(wanted.count)
        let screened = found.filter { $0.mutation.kind == kind }.count * Kind.usual.count
        if world.rank == 0 {
          print(
            "refinement, layer 2 v and down, \(kind): \(kept.count) of \(wanted.count) non-silent mutations of 4 × 4 "
              + "found by screening \(100 * screened / all.count) % of them")
        }
      }
      // Measured 0.98, 0.96 and 0.77: zero is felt least, and least by parts of regions that are not felt.
      #expect(recall[.maximum] ?? 0 > 0.9 && recall[.minimum] ?? 0 > 0.9 && recall[.zero] ?? 0 > 0.5)
      #expect(found.count < all.count * 3 / 4)
    }
  }

  @Test func listsAreScreenedAgain() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = Bench(folder: folder, world: world)
      let kinds = "kinds: [minimum, mean, noise: 1.5, shuffle, scale: 4]"
      let first = try bench.configuration("first.yaml", mutations: "region: [24, 40], sample: 300, \(kinds)")
      try bench.screen(first, output: "first.h5")
      let again = try bench.configuration("again.yaml", mutations: "list: first.h5")
      try bench.screen(again, output: "again.h5")
      let changed = try bench.configuration("changed.yaml", mutations: "list: first.h5, which: non_silent", perTask: 2)
      try bench.screen(changed, output: "changed.h5")

      let (before, after, more) = (
        try bench.verdicts("first.h5"), try bench.verdicts("again.h5"), try bench.verdicts("changed.h5")
      )
      #expect(before.map(\.mutation) == after.map(\.mutation) && before.map(\.isNonSilent) == after.map(\.isNonSilent))
      let wanted = before.filter(\.isNonSilent).map(\.mutation)
      #expect(more.map(\.mutation) == wanted && !wanted.isEmpty && wanted.count < before.count)
      // The first input of each task is among the first two.
      #expect(more.allSatisfy { $0.isNonSilent })

      // The same list as a table, cut into parts, gives the same file.
      let lines = wanted.reversed().map { mutation in
        let region = mutation.region
        let number = mutation.kind == .noise ? ":1.5" : mutation.kind == .scale ? ":4" : ""
        return "\(region.layer),\(region.matrix.rawValue),\(region.rows.lowerBound),\(region.columns.lowerBound),"
          + "\(region.rows.count),\(region.columns.count),\(mutation.kind.rawValue)\(number)"
      }
      let table = (["layer,matrix,row,column,rows,columns,kind"] + lines).joined(separator: "\n")
      if world.rank == 0 { try Data(table.utf8).write(to: URL(fileURLWithPath: folder.path("list.csv"))) }
      let listed = try bench.configuration("listed.yaml", mutations: "list: list.csv", perTask: 2)
      for part in 1...3 {
        try bench.screen(listed, output: "part-\(part).h5", part: ScreenPart(index: part, of: 3))
      }
      let gathering = try PartsGathering.open(
        paths: (1...3).map { folder.path("part-\($0).h5") }, communicator: world)
      let claimed = try #require(try gathering.claim(folder.path("gathered.h5"), replacing: false, communicator: world))
      try gathering.write(to: claimed, created: "now", commandLine: "locus gather", communicator: world)
      try world.barrier()
      // The list came from another configuration.
      try bench.expectEqual("gathered.h5", "changed.h5", except: ["/@config"])
    }
  }

  /// Mutations of the embedding, which is of no layer: alone and together, refined, listed, and in parts.
  @Test func outerMatricesAreTheSameOnAnyRanks() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = Bench(folder: folder, world: world)
      let path = try bench.configuration(
        "outer.yaml",
        mutations: "refine: [[80, 64], [40, 16]], matrices: [q, embedding], layers: [2], kinds: [maximum, noise: 2], "
          + "sample: 20", tokens: 8, record: "{direction: 3, text_strings: true}")
      let alone = try #require(try world.split(color: world.rank, key: 0))
      try bench.screen(path, output: "alone-\(world.rank).h5", by: alone)
      try bench.screen(path, output: "together.h5")
      try alone.free()
      for level in [".80x64", ""] {
        try bench.expectEqual("together\(level).h5", "alone-\(world.rank)\(level).h5")
      }
      let all = try bench.verdicts("together.h5")
      let outer = all.filter { $0.mutation.region.matrix == .embedding }
      #expect(all.suffix(outer.count).allSatisfy { $0.mutation.region.layer == Region.outside })
      #expect(outer.count > 20 && outer.count < all.count && outer.contains { $0.isNonSilent })
      let file = try ResultsFile(path: folder.path("together.h5"))
      #expect(file.summary.layeredCount == all.count - outer.count)
      #expect(file.summary.shapes?.matrices == WeightMatrix.ofBlocks + [.embedding])
      try file.close()

      let again = try bench.configuration("again.yaml", mutations: "list: together.h5", tokens: 8)
      for part in 1...2 {
        try bench.screen(again, output: "part-\(part).h5", part: ScreenPart(index: part, of: 2))
      }
      let gathering = try PartsGathering.open(
        paths: (1...2).map { folder.path("part-\($0).h5") }, communicator: world)
      let claimed = try #require(try gathering.claim(folder.path("gathered.h5"), replacing: false, communicator: world))
      try gathering.write(to: claimed, created: "now", commandLine: "locus gather", communicator: world)
      try world.barrier()
      let listed = try bench.verdicts("gathered.h5")
      #expect(listed.map(\.mutation) == all.map(\.mutation) && listed.map(\.isNonSilent) == all.map(\.isNonSilent))
    }
  }

  @Test func listsThatDoNotFitAreRefused() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = Bench(folder: folder, world: world)
      let silent = try bench.configuration(
        "silent.yaml", mutations: "region: [1, 1], layers: [0], matrices: [q], kinds: [noise: 1e-6], sample: 5",
        tokens: 2)
      try bench.screen(silent, output: "silent.h5")
      func refusal(_ configuration: String) throws -> String {
        do {
          _ = try PreparedScreen.load(configurationPath: configuration, communicator: world)
          return "accepted"
        } catch {
          return "\(error)"
        }
      }
      let none = try refusal(
        try bench.configuration("none.yaml", mutations: "list: silent.h5, which: non_silent"))
      let absent = try refusal(try bench.configuration("absent.yaml", mutations: "list: absent.h5"))
      guard world.rank == 0 else { return }
      #expect(none.contains("/silent.h5: no mutation of this screen is non-silent"), "\(none)")
      #expect(absent.contains("absent.h5"), "\(absent)")
    }
  }

  @Test func whereAllIsSilentNothingIsRefined() throws {
    try SharedFolder.run { (world, folder) throws in
      let bench = Bench(folder: folder, world: world)
      let path = try bench.configuration(
        "silent.yaml", mutations: "refine: [[4, 1], 1], layers: [0], matrices: [q], kinds: [noise: 1e-6], sample: 5",
        tokens: 2)
      #expect(try bench.screen(path, output: "silent.h5") == [5, 0])
      #expect(try bench.verdicts("silent.4x1.h5").allSatisfy { !$0.isNonSilent })
      #expect(try bench.verdicts("silent.h5").isEmpty)
    }
  }
}

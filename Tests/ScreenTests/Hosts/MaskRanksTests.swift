import Archive
import Foundation
import Hosts
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport
import Transformer

/// Screens of a model with units at zero, as one process and under mpirun.
@Suite(.serialized) struct MaskRanksTests {
  /// A folder with masks of the demo model: `hidden.json`, `heads.json`, and `none.json` of no unit.
  private struct Bench {
    let folder: SharedFolder
    let world: Communicator
    let modelSHA256: String

    init(_ folder: SharedFolder, _ world: Communicator) throws {
      (self.folder, self.world) = (folder, world)
      let model = try Demo().model
      modelSHA256 = model.checkpoint.sha256()
      try write("hidden.json", try mask(model.shape, .mlpHidden) { $0 % 4 == 1 || $0 / 384 == 2 })
      try write("heads.json", try mask(model.shape, .attentionOutput) { (32..<64).contains($0) })
      try write("none.json", try mask(model.shape, .mlpHidden) { _ in false })
    }

    func mask(_ shape: HostShape, of digest: String? = nil, _ site: Site, _ isZero: (Int) -> Bool) throws -> UnitMask {
      let grid = try UnitGrid(shape, site)
      return UnitMask(
        modelSHA256: digest ?? modelSHA256, site: site, grid: grid, flat: (0..<grid.count).filter(isZero))
    }

    func write(_ name: String, _ mask: UnitMask) throws { try write(name, String(decoding: mask.json, as: UTF8.self)) }

    /// Writes a file on rank 0.
    func write(_ name: String, _ text: String) throws {
      if world.rank == 0 { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name))) }
      try world.barrier()
    }

    /// A configuration on one input of each task.
    func configuration(
      _ name: String, masks: String, model: String = "\(Places.demo)/model",
      mutations: String = "{region: [24, 16], sample: 120}"
    ) throws -> String {
      try write(
        name,
        """
        model: \(model)
        inputs: \(Places.demo)/inputs.jsonl
        inputs_per_task: 1
        continuation: {tokens: 12}
        \(masks.isEmpty ? "" : "masks: [\(masks)]")
        mutations: \(mutations)
        """)
      return folder.path(name)
    }

    func prepare(_ configuration: String, _ communicator: Communicator) throws -> PreparedScreen {
      try PreparedScreen.load(configurationPath: configuration, communicator: communicator)
    }

    /// Screens until every rank has begun `limit` units, or to the end.
    @discardableResult
    func screen(
      _ configuration: String, to output: String, part: ScreenPart? = nil, limit: Int = .max,
      _ communicator: Communicator
    ) throws -> ScreenRun.Summary {
      let screen = try prepare(configuration, communicator)
      let file = try OutputFile.open(
        path: folder.path(output), screen: screen, part: part, communicator: communicator)
      let memory = try screen.memoryPlan(limit: 300_000_000, node: try communicator.splitByNode(), threads: 1)
      var settings = RunSettings(locusVersion: "test", commandLine: "test", threads: 1)
      let left = QuestionLimit(limit)
      settings.stopping = StoppingRule { _ in left.isReached() ? "enough" : nil }
      return try ScreenRun(
        screen: screen, communicator: communicator, output: file, settings: settings, memory: memory
      ).run { _ in }
    }

    func hash(_ screen: PreparedScreen) -> String { Fingerprint(screen: screen, modelSHA256: "same").hexadecimal }
  }

  private func run(_ body: (Bench) throws -> Void) throws {
    try SharedFolder.run { world, folder in try body(try Bench(folder, world)) }
  }

  // MARK: The file

  @Test func ranksInterruptionsAndPartsGiveOneFile() throws {
    try run { (bench) throws in
      let (world, folder) = (bench.world, bench.folder)
      let path = try bench.configuration("screen.yaml", masks: "hidden.json, heads.json")
      let alone = try #require(try world.split(color: world.rank, key: 0))
      let own = "alone-\(world.rank).h5"
      try bench.screen(path, to: own, alone)
      try bench.screen(path, to: "together.h5", world)
      #expect(try StoredFile.differences(folder.path("together.h5"), folder.path(own)) == [])
      let first = try bench.screen(path, to: "stopped.h5", limit: 3, world)
      #expect(first.stopReason == "enough" && (1..<first.unitCount).contains(first.unitsDone))
      let second = try bench.screen(path, to: "stopped.h5", world)
      #expect(second.unitsBefore == first.unitsDone && second.stopReason == nil)
      #expect(try StoredFile.differences(folder.path("stopped.h5"), folder.path(own)) == [])
      for index in 1...2 {
        try bench.screen(path, to: "part-\(index).h5", part: ScreenPart(index: index, of: 2), world)
      }
      let parts = try PartsGathering.open(
        paths: [folder.path("part-2.h5"), folder.path("part-1.h5")], communicator: world)
      let output = try #require(try parts.claim(folder.path("joined.h5"), replacing: false, communicator: world))
      try parts.write(to: output, created: "now", commandLine: "gather", communicator: world)
      #expect(try StoredFile.differences(folder.path("joined.h5"), folder.path(own)) == [])
      try alone.free()

      // The verdicts are those of another model, and the file says of which.
      let plain = try bench.configuration("plain.yaml", masks: "")
      try bench.screen(plain, to: "plain.h5", world)
      let masked = try ResultsFile(path: folder.path("joined.h5"))
      let unmasked = try ResultsFile(path: folder.path("plain.h5"))
      let rows = 0..<masked.summary.mutationCount
      #expect(try masked.values(\.firstChange, rows) != unmasked.values(\.firstChange, rows))
      #expect(try masked.baselines().map(\.tokens) != unmasked.baselines().map(\.tokens))
      let words = masked.summary.provenance.masks
      #expect(words.count == 2 && unmasked.summary.provenance.masks.isEmpty)
      let hidden = try UnitMask.load(path: folder.path("hidden.json"), shape: try Demo().model.shape)
      #expect(words[0] == hidden.identity && hidden.count == 288 + 384)
      #expect(words[0].hasPrefix("672 of 1,536 units of mlp_pre_out are zero, by the mask with the SHA-256 "))
      #expect(words[1].hasPrefix("32 of 512 units of attn_pre_out are zero"))
      try masked.close()
      try unmasked.close()
    }
  }

  @Test func aRefinementKeepsItsMask() throws {
    try run { (bench) throws in
      let mutations = "{refine: [[64, 64], [32, 32]], layers: [1], matrices: [down, o], kinds: [maximum]}"
      let path = try bench.configuration("refine.yaml", masks: "hidden.json", mutations: mutations)
      let screen = try bench.prepare(path, bench.world)
      let levels = Refinement(screen.configuration, output: bench.folder.path("out.h5")).levels
      try bench.screen(path, to: URL(fileURLWithPath: levels[0].path).lastPathComponent, bench.world)
      let refined = try screen.refined(to: levels[1], from: levels[0].path, communicator: bench.world)
      #expect(refined.model.zeroUnits == screen.model.zeroUnits && refined.model.zeroUnits != nil)
      #expect(bench.hash(refined) != bench.hash(screen))
    }
  }

  // MARK: The plan

  @Test func hashesTellMasksApart() throws {
    try run { (bench) throws in
      let masks = ["", "none.json", "hidden.json", "heads.json", "hidden.json, heads.json", "copy.json"]
      try bench.write("copy.json", try bench.mask(try Demo().model.shape, .mlpHidden) { $0 % 4 == 1 || $0 / 384 == 2 })
      let hashes = try masks.enumerated().map { number, list in
        bench.hash(try bench.prepare(try bench.configuration("\(number).yaml", masks: list), bench.world))
      }
      #expect(Set(hashes).count == 5 && hashes[5] == hashes[2])
    }
  }

  @Test func anEstimateKnowsTheMasks() throws {
    try run { (bench) throws in
      let node = ScreenEstimate.Node(ranks: 1, memory: 1 << 30)
      func estimate(_ name: String, _ masks: String) throws -> ScreenEstimate {
        let path = try bench.configuration(name, masks: masks)
        return try ScreenEstimate.make(configurationPath: path, node: node).estimate
      }
      let (masked, plain) = (try estimate("a.yaml", "heads.json"), try estimate("b.yaml", ""))
      #expect(masked.masks.map(\.count) == [32] && plain.masks.isEmpty)
      #expect(masked.verdicts.total == plain.verdicts.total && masked.outputBytes == plain.outputBytes)
    }
  }

  // MARK: Refusals

  @Test func aMaskOfAnotherModelIsRefused() throws {
    try run { (bench) throws in
      let shape = try Demo().model.shape
      let other = String(repeating: "1", count: 64)
      try bench.write("other.json", try bench.mask(shape, of: other, .mlpHidden) { $0 == 3 })
      let path = try bench.configuration("screen.yaml", masks: "hidden.json, other.json")
      var failure: (any Error)?
      do { try bench.screen(path, to: "out.h5", bench.world) } catch { failure = error }
      let text = "\(try #require(failure))"
      if bench.world.rank == 0 {
        #expect(
          text.hasPrefix("cannot use the mask \(bench.folder.path("other.json")): its units are those of another"))
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: bench.folder.url.path)
      #expect(!names.contains { $0.hasPrefix("out") || $0.hasPrefix(".out") }, "\(names)")
    }
  }

  /// An untrained host is a host of its own: its masks are those that were made of it.
  @Test func anUntrainedHostHasItsOwnMasks() throws {
    try run { (bench) throws in
      let untrained = "{of: \(Places.demo)/model, weights: random, seed: 3}"
      let mutations = "{region: [64, 64], layers: [1], matrices: [down], kinds: [maximum]}"
      let trained = try bench.configuration(
        "trained.yaml", masks: "hidden.json", model: untrained, mutations: mutations)
      #expect(throws: (any Error).self) { try bench.screen(trained, to: "out.h5", bench.world) }
      let path = try bench.configuration("plain.yaml", masks: "", model: untrained, mutations: mutations)
      let host = try bench.prepare(path, bench.world)
      let digest = host.checkpoint.sha256()
      try bench.write("own.json", try bench.mask(host.model.shape, of: digest, .mlpHidden) { $0 % 2 == 0 })
      let own = try bench.configuration("own.yaml", masks: "own.json", model: untrained, mutations: mutations)
      let summary = try bench.screen(own, to: "out.h5", bench.world)
      #expect(summary.stopReason == nil && summary.mutationCount == 12)
    }
  }
}

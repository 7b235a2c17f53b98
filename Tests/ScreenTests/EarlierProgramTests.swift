import Archive
import CKernels
import Foundation
import Hosts
import MessagePassing
import Perturbations
import Runs
import Screen
import Testing
import TestSupport
import Transformer

/// What people have from the program before its types were renamed is still theirs: hashes, journals, results.
///
/// `Fixtures/journal-1` was made by the program at commit 6ff4ca6, on a processor with AVX-512: `screen.yaml` beside
/// `configs/demo/model`, once to its end (`whole.h5`), and once stopped by SIGUSR1 after 9 of its 17 units.
@Suite(.serialized) struct EarlierProgramTests {
  private static let stored = Places.root + "/Tests/ScreenTests/Fixtures/journal-1"

  @Test func blocksUnlikeLlamasAreSpelled() throws {
    let shape = try Demo().model.shape
    #expect(Fingerprint.spelling(ofBlocks: shape) == nil)
    func altered(_ layers: Range<Int>, _ change: ([any Step]) -> [any Step]) -> HostShape {
      HostShape(
        embedding: shape.embedding,
        blocks: shape.blocks.enumerated().map {
          layers.contains($0.offset) ? Block(change($0.element.steps)) : $0.element
        }, readout: shape.readout, layersName: shape.layersName, contextLength: shape.contextLength,
        beginToken: shape.beginToken, endTokens: shape.endTokens)
    }
    let all = 0..<shape.layerCount
    let others = [
      altered(all) { $0.filter { !($0 is Rotation) } }, altered(1..<2) { $0.filter { !($0 is Rotation) } },
      // A parallel block: both parts read the first norm.
      altered(all) { steps in
        steps.enumerated().filter { $0.offset == 0 || !($0.element is Norm) }.map(\.element)
      },
    ].map { Fingerprint.spelling(ofBlocks: $0) }
    #expect(!others.contains(nil) && Set(others).count == others.count, "\(others)")
    // As the families have them whose plans were made before.
    for name in ["llama-bias", "mistral-window", "qwen2", "llama3-rope"] {
      let path = Places.root + "/Tests/TransformerTests/Fixtures/" + name
      #expect(Fingerprint.spelling(ofBlocks: try HostShape.load(path: path)) == nil, "\(name)")
    }
  }

  @Test func theDemosHashStays() throws {
    try World.run { (world) throws in
      let screen = try PreparedScreen.load(
        configurationPath: Places.root + "/configs/demo.yaml", communicator: world)
      let model = "ebd6a713071de0da293a146b689fe03bb28c22f01d06f8338de2f6a2efe1e9c7"
      #expect(
        Fingerprint(screen: screen, modelSHA256: model).hexadecimal
          == "a63117fca814286256dffaf1eb9f6c8d0eb7bcecffaccc07757947f5bf71f305")
    }
  }

  /// Literals as that program wrote them into `plan.json`.
  @Test func spellingsStay() throws {
    var decoder = try GatedDecoder.load(path: Places.demo + "/model")
    let sizes =
      "LlamaConfiguration(hiddenSize: 128, intermediateSize: 384, layerCount: 4, headCount: 4, keyValueHeadCount: 2, "
      + "headSize: 32, vocabularyCount: 512, contextLength: 256, normEpsilon: 1e-05, rotary: "
    let rotary = "Transformer.RotaryScaling(base: 10000.0, kind: Transformer.RotaryScaling.Kind."
    let order = ", rowOrder: Transformer.LlamaConfiguration.RowOrder."
    let end = "tiedHead: true, inputBias: false, outputBias: false, beginToken: Optional(1), endTokens: [2])"
    #expect(
      Fingerprint.spelling(of: decoder.shape) == sizes + rotary + "none)" + order + "halfSplit, slidingWindow: nil, "
        + end)
    decoder.slidingWindow = 64
    decoder.rowOrder = .interleaved
    decoder.rotary = RotaryScaling(base: 10_000, kind: .linear(factor: 2))
    decoder.beginToken = nil
    decoder.endTokens = [2, 7]
    #expect(
      Fingerprint.spelling(of: decoder.shape) == sizes + rotary + "linear(factor: 2.0))" + order
        + "interleaved, slidingWindow: Optional(64), tiedHead: true, inputBias: false, outputBias: false, "
        + "beginToken: nil, endTokens: [2, 7])")
    decoder.rotary = RotaryScaling(
      base: 10_000,
      kind: .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192))
    #expect(
      Fingerprint.spelling(of: decoder.shape).contains(
        rotary + "llama3(factor: 8.0, lowFrequencyFactor: 1.0, highFrequencyFactor: 4.0, "
          + "originalContextLength: 8192.0)), rowOrder"))
    let start = "Recording(text: true, divergence: false, perplexity: true, direction: Mutagenesis.Recording.Direction."
    for (direction, name) in [
      (RecordedColumns.Direction.none, "none"), (.full, "full"), (.projected(4), "projected(4)"),
    ] {
      let recording = RecordedColumns(
        text: true, divergence: false, perplexity: true, direction: direction, response: false, choices: true)
      #expect(Fingerprint.spelling(of: recording) == start + name + ", response: false, choices: true)")
    }
  }

  @Test func aStoredJournalGoesOn() throws {
    try SharedFolder.run { (world, folder) throws in
      let output = folder.path("screen.h5")
      let journal = output + ".journal"
      let kernels = String(cString: locus_instruction_set())
      if world.rank == 0 {
        let files = FileManager.default
        try files.copyItem(atPath: EarlierProgramTests.stored + "/screen.h5.journal", toPath: journal)
        for name in ["screen.yaml", "inputs.jsonl"] {
          try files.copyItem(atPath: EarlierProgramTests.stored + "/" + name, toPath: folder.path(name))
        }
        try files.createSymbolicLink(atPath: folder.path("model"), withDestinationPath: Places.demo + "/model")
        // A journal belongs to the kernels of one kind of processor; here it is made one of this processor's.
        let plan = URL(fileURLWithPath: journal + "/plan.json")
        let text = try String(contentsOf: plan, encoding: .utf8)
        try Data(text.replacingOccurrences(of: "\"avx512\"", with: "\"\(kernels)\"").utf8).write(to: plan)
      }
      try world.barrier()
      let screen = try PreparedScreen.load(configurationPath: folder.path("screen.yaml"), communicator: world)
      let memory = try screen.memoryPlan(limit: 300_000_000, node: try world.splitByNode(), threads: 1)
      let file = try OutputFile.open(path: output, screen: screen, communicator: world)
      let summary = try ScreenRun(
        screen: screen, communicator: world, output: file,
        settings: RunSettings(locusVersion: "test", commandLine: "test", threads: 1), memory: memory
      ).run { _ in }
      #expect(summary.unitsBefore == 9 && summary.unitCount == 17 && summary.stopReason == nil)
      try world.barrier()

      let whole = EarlierProgramTests.stored + "/whole.h5"
      // What the program and the machine say of themselves; on other kernels the last bits of numbers are others.
      var exceptions: Set = ["/@locus_version", "/@instruction_set", "/@blas", "/@mpi"]
      if kernels != "avx512" {
        exceptions.formUnion(
          ["margin", "divergence", "log_perplexity_change", "direction", "response"].map { "/phenotype/\($0)" }
            + ["/baseline/margin", "/drive/sum_mean", "/drive/sum_rms"])
      }
      let differences = try StoredFile.differences(output, whole, except: exceptions)
      #expect(differences == [])
    }
  }
}

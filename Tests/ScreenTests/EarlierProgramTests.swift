import Archive
import CKernels
import Foundation
import MessagePassing
import Perturbations
import Runs
import Testing
import TestSupport
import Transformer

@testable import Screen

/// What people have from the program before its types were renamed is still theirs: hashes, journals, results.
///
/// `Fixtures/journal-1` was made by the program at commit 6ff4ca6, on a processor with AVX-512: `screen.yaml` beside
/// `configs/demo/model`, once to its end (`whole.h5`), and once stopped by SIGUSR1 after 9 of its 17 units.
@Suite(.serialized) struct EarlierProgramTests {
  private static let stored = Places.root + "/Tests/ScreenTests/Fixtures/journal-1"

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
    var shape = try LlamaConfiguration.load(path: Places.demo + "/model")
    let sizes =
      "LlamaConfiguration(hiddenSize: 128, intermediateSize: 384, layerCount: 4, headCount: 4, keyValueHeadCount: 2, "
      + "headSize: 32, vocabularyCount: 512, contextLength: 256, normEpsilon: 1e-05, rotary: "
    let rotary = "Transformer.RotaryScaling(base: 10000.0, kind: Transformer.RotaryScaling.Kind."
    let order = ", rowOrder: Transformer.LlamaConfiguration.RowOrder."
    let end = "tiedHead: true, inputBias: false, outputBias: false, beginToken: Optional(1), endTokens: [2])"
    #expect(
      Fingerprint.spelling(of: shape) == sizes + rotary + "none)" + order + "halfSplit, slidingWindow: nil, " + end)
    shape.slidingWindow = 64
    shape.rowOrder = .interleaved
    shape.rotary = RotaryScaling(base: 10_000, kind: .linear(factor: 2))
    shape.beginToken = nil
    shape.endTokens = [2, 7]
    #expect(
      Fingerprint.spelling(of: shape) == sizes + rotary + "linear(factor: 2.0))" + order
        + "interleaved, slidingWindow: Optional(64), tiedHead: true, inputBias: false, outputBias: false, "
        + "beginToken: nil, endTokens: [2, 7])")
    shape.rotary = RotaryScaling(
      base: 10_000,
      kind: .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192))
    #expect(
      Fingerprint.spelling(of: shape).contains(
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

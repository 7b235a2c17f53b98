import Foundation
import Screen
import Testing
import TestSupport
import Transformer

/// How much of the language-model head a screen is planned to multiply.
@Suite struct PlannedHeadTests {
  private func estimate(
    _ record: String, _ continuation: String = "tokens: 4, temperature: 0"
  ) throws -> ScreenEstimate {
    try Places.withTemporaryFolder { folder in
      let configuration = """
        model: \(Places.root)/configs/demo/model
        inputs: \(Places.root)/configs/demo/inputs.jsonl
        inputs_per_task: 1
        continuation: {\(continuation), seed: 0}
        mutations: {region: [64, 64]}
        record: {text: none, direction: false, \(record)}
        """
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/screen.yaml"))
      return try ScreenEstimate.make(
        configurationPath: folder + "/screen.yaml", node: .init(ranks: 1, memory: 1 << 30)
      ).estimate
    }
  }

  @Test func verdictsAlonePlanAShareOfIt() throws {
    let sparing = try estimate("divergence: false, perplexity: false")
    let total = sparing.verdicts.total
    let all = try estimate("divergence: true, perplexity: false")
    #expect(all.verdicts.total == total)
    #expect(all.coreSeconds(speed: 1).verdicts == total.total)
    let planned = sparing.coreSeconds(speed: 1).verdicts
    #expect(abs(planned - (total.total - 0.9 * total.head)) <= 1e-9 * total.total, "\(planned) of \(total.total)")
    let sampled = try estimate("divergence: false, perplexity: false", "tokens: 4, temperature: 0.5")
    #expect(sampled.coreSeconds(speed: 1).verdicts == total.total)
  }
}

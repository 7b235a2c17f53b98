import Archive
import Foundation
import Perturbations
import Screen
import Testing
import TestSupport

/// Where changes are small, what mutants do is what was foretold of them.
struct SmallChangeTests {
  @Test func smallChangesDoWhatIsForetold() throws {
    try Places.withTemporaryFolder { (folder) throws in
      let tiny = try TinyForecast(folder: folder)
      // A thousandth more of each weight of a region.
      let configuration = try tiny.write(
        "{region: [8, 8], kinds: [scale: 1.001]}", forecast: "{probes: 400, sizes: none}")
      let screen = try PreparedScreen(configurationPath: configuration)
      let exact = try Self.exact(screen)
      try tiny.run(configuration) { file in
        let rows = 0..<file.summary.mutationCount
        let (divergence, loss) = (try file.values(.divergence, rows), try file.values(.lossChange, rows))
        let ratios = zip(divergence, exact.divergence).filter { $1 > 1e-11 }.map { $0 / $1 }.sorted()
        // A probe's square has a relative deviation of up to √2: 7 % are left of 400, and much less in the median.
        #expect(ratios.count > rows.count && abs(ratios[ratios.count / 2] - 1) < 0.03, "\(ratios)")
        #expect(ratios.allSatisfy { $0 > 0.5 && $0 < 2 })
        let scale = (exact.lossChange.reduce(0) { $0 + $1 * $1 } / Float(exact.lossChange.count)).squareRoot()
        for (own, right) in zip(loss, exact.lossChange) {
          #expect(abs(own - right) < 0.05 * max(abs(right), scale))
        }
      }
    }
  }

  /// What mutants do, `[mutation, input]`.
  private static func exact(_ screen: PreparedScreen) throws -> (divergence: [Float], lossChange: [Float]) {
    let generation = screen.makeGeneration(threads: 1)
    let prompts = screen.inputs.map(\.tokens)
    let baselines = try Baseline.make(
      prompts: prompts, inputs: Array(prompts.indices), generation: generation, keepingStores: false)
    let evaluator = UnitEvaluator(
      plan: screen.plan, generation: generation,
      recording: RecordedColumns(text: false, divergence: true, direction: .none), baselines: baselines,
      letters: prompts.map { _ in [] }, panelRows: 512, decodedSequences: 0, seed: screen.configuration.seed)
    let units = try screen.plan.units.map { try evaluator.evaluate($0) }
    return (units.flatMap(\.divergence), units.flatMap(\.logPerplexityChange))
  }
}

import Archive
import Foundation
import Hosts
import Statistics
import Studies
import Testing
import TestSupport
import Transformer

/// What is planted is found; of untrained hosts, at most five of a hundred are found to differ from others like them.
struct CouplingPlantedTests {
  /// Blocks 0, 1 and 2 have the same weights and blocks 3 and 4 their own. What blocks add is small, so that the
  /// stream, at which their Jacobians are taken, is nearly the same.
  @Test func blocksThatShareDirectionsAreCoupled() throws {
    let bench = try CouplingBench(blocks: [1, 1, 1, 2, 3], hidden: 32, hasAttention: false, scale: 0.05)
    let found = try bench.found("ranks: [4, 8], fractions: none, variants: none, controls: none", prompts: 3)
    let coupling = try found.numbers("coupling", "host", "prompt", "width", "layer", "other_layer")
    let null = try found.numbers("null", "host", "prompt", "width")
    for prompt in 0..<3 {
      for width in 0..<2 {
        func m(_ layer: Int, _ other: Int) -> Double { coupling[((prompt * 2 + width) * 5 + layer) * 5 + other] }
        let level = null[prompt * 2 + width]
        for layer in 0..<3 {
          #expect(m(layer, layer) < 1e-4)
          for other in 0..<3 where other != layer { #expect(m(layer, other) < 0.35, "\(layer) in \(other)") }
        }
        for (layer, other) in [(0, 3), (3, 0), (2, 4), (4, 2), (3, 4), (4, 3)] {
          #expect(abs(m(layer, other) - level) < 0.15, "\(layer) in \(other): \(m(layer, other)), \(level)")
        }
        #expect(level > 0.85)
      }
    }
    #expect(found.findings[0].contains("neighbours are more coupled than chance by"))
    #expect(found.findings[0].contains("It was not compared with untrained hosts"))
  }

  /// The same model beside untrained hosts: shared directions are beyond all of them.
  @Test func sharedDirectionsAreBeyondUntrainedHosts() throws {
    let bench = try CouplingBench(blocks: [1, 1, 1], hidden: 16, hasAttention: false, scale: 0.05)
    let found = try bench.found(
      "ranks: [3, 6], fractions: none, variants: none, seeds: 6, draws: 4", prompts: 10)
    #expect(try found.truths("is_found", "measure").prefix(2) == [true, true])
    #expect(found.findings[0].contains("the model has more than all of them beyond chance."), "\(found.findings[0])")
    let page = try Coupling.exhibit(found)
    #expect(page.figures.count == 4 && page.tables[0].rows.count == 7 * 3)
    let lone = try bench.found("ranks: [3], fractions: none, variants: none, controls: matched, seeds: 1", prompts: 10)
    #expect(lone.findings[0].contains("one host of a way cannot tell"), "\(lone.findings[0])")
    let few = try bench.found("ranks: [3], fractions: none, variants: none, controls: matched, seeds: 3", prompts: 3)
    #expect(few.findings[0].contains("3 prompts give no probability below 0.250"), "\(few.findings[0])")
  }

  /// A hundred untrained hosts, each in the place of the trained one beside eight others of its way.
  @Test(arguments: ["uniform", "matched"]) func untrainedHostsHaveNoFinding(way: String) throws {
    let bench = try CouplingBench(blocks: [1, 2, 3], hidden: 16)
    let (hosts, prompts) = (100, 10)
    let found = try bench.found(
      "ranks: [2, 4], fractions: none, variants: none, controls: \(way), seeds: \(hosts), draws: 4", prompts: prompts)
    let null = try found.numbers("null", "host", "prompt", "width")
    let adjacent = try found.numbers("adjacent", "host", "prompt", "width")
    let excess = (0..<2).map { width in
      (1...hosts).map { host in
        (0..<prompts).map { prompt in
          let place = (host * prompts + prompt) * 2 + width
          return null[place] - adjacent[place]
        }
      }
    }
    let paths = try ["line_shape", "line_shape_without_top", "growth_r2", "linear_cosine", "inverse_sigma1_r2"].map {
      let values = try found.numbers($0, "host", "prompt")
      return (1...hosts).map { Array(values[$0 * prompts..<($0 + 1) * prompts]) }
    }
    for family in [excess, paths] {
      var (both, promptsAlone) = (0, 0)
      for host in 0..<hosts {
        let all = family.map { values in
          HostComparison(trained: values[host], untrained: (1...8).map { values[(host + $0) % hosts] })
        }
        both += all.contains { $0.isFound(among: family.count) } ? 1 : 0
        promptsAlone += all.contains { $0.promptChance * Double(family.count) <= FalseDiscoveryRate.level } ? 1 : 0
      }
      #expect(both <= 5, "\(both)")
      // Prompts share the weights of their host, and are no replicates of it.
      if way == "uniform" { #expect(promptsAlone > 5, "\(promptsAlone)") }
    }
  }
}

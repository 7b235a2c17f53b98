import Foundation
import Testing
import TestSupport

/// What commands make of a screen of components.
@Suite(.serialized) struct ComponentTests {
  private func run(_ mutations: String, _ body: (Workbench) throws -> Void) throws {
    try Workbench.run { (bench) throws in
      try bench.write(
        "screen.yaml",
        "model: model\ninputs: inputs.jsonl\ncontinuation: {tokens: 8}\nmutations:\n  layers: [0]\n  \(mutations)\n")
      try body(bench)
    }
  }

  @Test func everyCommandKnowsThem() throws {
    try run("components: {count: 5, kinds: [zero, scale: 2]}") { (bench) throws in
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50"])
      #expect(plan.output.contains("35 that are whole matrices, each for one of the 5 largest singular components"))
      let screen = try bench.screen(ranks: 2)
      #expect(screen.status == 0, "\(screen.errors)")
      #expect(try Program.locus.run(["inspect", bench.path("out.h5")]).output.contains("70 (zero, scale:2)"))
      let table = try Program.locus.run(["export", bench.path("out.h5"), "--jsonl"]).output.split(separator: "\n")
      #expect(table.count == 70 * 2, "\(table.count)")
      #expect(table.allSatisfy { $0.contains("\"component\":") && $0.contains("\"singular_value\":") })
      let analysis = try Program.locus.run(["analyze", bench.path("out.h5")])
      #expect(analysis.status == 0 && analysis.output.contains("strongest components, by mean divergence"))
      let words = analysis.output.replacing("\n  ", with: " ")
      #expect(words.contains("Maps and analyses of regions are left out"), "\(words)")
      let report = try Program.locus.run(["report", bench.path("out.h5"), "--output", bench.path("page")])
      #expect(report.status == 0, "\(report.errors)")
      let page = try String(contentsOfFile: bench.path("page/index.html"), encoding: .utf8)
      #expect(page.contains("The strongest components") && !page.contains("id=\"maps\""))
      let forecast = try Program.locus.run(["forecast", bench.path("screen.yaml"), "--output", bench.path("f.h5")])
      #expect(forecast.status == 2 && forecast.errors.contains("cannot forecast mutations of components"))
      try bench.write(
        "screen.yaml",
        Workbench.configuration.replacing("  region: [16, 16]", with: "  list: out.h5")
          .replacing("  layers: [2, 3]\n  sample: 70\n", with: ""))
      let list = try bench.screen(output: "other.h5")
      #expect(list.status == 2 && list.errors.contains("use mutations.components"), "\(list.errors)")
    }
  }

  @Test func aFileOfAnotherModelIsRefused() throws {
    try run("components: parts.safetensors") { (bench) throws in
      try TensorWriter.write(
        bench.path("parts.safetensors"),
        [
          .init("model.layers.0.self_attn.q_proj.u", [1, 3], [1, 2, 3]),
          .init("model.layers.0.self_attn.q_proj.v", [1, 2], [1, 2]),
        ])
      let before = try bench.names()
      let outcome = try bench.screen()
      #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("q of layer 0 takes [components, "), "\(outcome.errors)")
      #expect(try bench.names() == before, "nothing is written")
    }
  }
}

import Foundation
import Testing
import TestSupport

/// Mutations of the embedding and of the head, as a person meets them.
@Suite(.serialized) struct OuterMatrixTests {
  private func configuration(_ matrices: String) -> String {
    Workbench.configuration.replacing("sample: 70", with: "matrices: [\(matrices)]\n  kinds: [maximum, zero]")
      .replacing("region: [16, 16]", with: "region: [64, 64]")
  }

  private func run(_ bench: Workbench, _ arguments: String...) throws -> Program.Outcome {
    try Program.locus.run(arguments)
  }

  @Test func theyAreCountedApart() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", configuration("down, embedding"))
      let plan = try run(bench, "plan", bench.path("screen.yaml"), "--speed", "50", "--operations")
      let costs = plan.output.split(separator: "\n").filter { $0.contains("embedding ") && $0.contains(" 32 ") }
      #expect(plan.status == 0 && costs.count == 1, "\(plan.output)\(plan.errors)")
      #expect(!plan.output.contains("layer -1") && plan.output.contains("none: embedding is of no layer"))
      let forecast = try run(bench, "forecast", bench.path("screen.yaml"), "--output", bench.path("forecast.h5"))
      #expect(forecast.status == 2 && forecast.errors.contains("cannot forecast mutations of embedding"))
      #expect(try bench.screen(ranks: 2, "--max-time", "0s").status == 85)
      #expect(try bench.screen(ranks: 2).status == 0)

      let inspected = try run(bench, "inspect", bench.path("out.h5"))
      #expect(inspected.output.contains("48 (maximum, zero) of 24 regions in layers"), "\(inspected.output)")
      #expect(inspected.output.contains("16 mutations (maximum) of embedding, 32 verdicts, "), "\(inspected.output)")

      let table = try run(bench, "export", bench.path("out.h5"), "--jsonl").output.split(separator: "\n")
      let outer = table.filter { $0.contains("\"matrix\":\"embedding\"") }
      #expect(table.count == 2 * (48 + 32) && outer.count == 64, "\(table.count) \(outer.count)")
      #expect(outer.allSatisfy { $0.hasPrefix("{\"layer\":-1,") } && table.suffix(64).elementsEqual(outer))

      let analyzed = try run(bench, "analyze", bench.path("out.h5"))
      #expect(analyzed.status == 0, "\(analyzed.errors)")
      #expect(analyzed.output.hasPrefix("48 mutations × 2 inputs"), "\(analyzed.output)")
      #expect(analyzed.output.contains("Outside of the layers, in %; all else here is about mutations of layers"))
      #expect(!analyzed.output.contains("layer -1"))
      let report = try run(bench, "report", bench.path("out.h5"), "--output", bench.path("page"))
      #expect(report.status == 0, "\(report.errors)")
      let page = try String(decoding: bench.bytes("page/index.html"), as: UTF8.self)
      #expect(page.contains("32 mutations of the embedding or of the head, which are of no layer"))
    }
  }

  @Test func nothingElseIsAnalyzed() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", configuration("embedding"))
      #expect(try bench.screen().status == 0)
      let inspected = try run(bench, "inspect", bench.path("out.h5"))
      #expect(inspected.status == 0, "\(inspected.errors)")
      #expect(inspected.output.contains("16 mutations (zero) of embedding"), "\(inspected.output)")
      for command in [["analyze"], ["geometry"]] {
        let refused = try Program.locus.run(command + [bench.path("out.h5")])
        #expect(refused.status == 2 && refused.complaints.count == 1, "\(refused.errors)")
        #expect(refused.errors.contains("all its mutations are of the embedding or of the head"), "\(refused.errors)")
      }
    }
  }

  @Test func whatIsNotThereIsRefused() throws {
    try Workbench.run { bench in
      for (matrices, words) in [
        ("head", "the head of this model is its embedding (tie_word_embeddings); use embedding"),
        ("embed", "embed"),
      ] {
        try bench.write("screen.yaml", configuration(matrices))
        let refused = try bench.screen()
        #expect(refused.status == 2 && refused.errors.contains(words), "\(refused.errors)")
      }
      try bench.write(
        "screen.yaml",
        configuration("embedding").replacing("region: [64, 64]", with: "components: {count: 2}")
          .replacing("  kinds: [maximum, zero]", with: ""))
      let components = try bench.screen()
      #expect(components.status == 2 && components.errors.contains("components are of matrices of layers"))
      try bench.write("list.csv", "layer,matrix,row,column,rows,columns,kind\n-1,embedding,0,0,4,4,zero\n")
      let listed = Workbench.configuration.replacing("region: [16, 16]", with: "list: list.csv")
        .replacing("\n  layers: [2, 3]\n  sample: 70", with: "")
      try bench.write("screen.yaml", listed)
      #expect(try bench.screen(output: "listed.h5").status == 0)
      try bench.write("list.csv", "layer,matrix,row,column,rows,columns,kind\n0,embedding,0,0,4,4,zero\n")
      let misplaced = try bench.screen(output: "misplaced.h5")
      #expect(misplaced.status == 2 && misplaced.errors.contains("embedding is of no layer"), "\(misplaced.errors)")
    }
  }
}

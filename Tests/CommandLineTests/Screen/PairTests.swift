import Foundation
import Testing
import TestSupport

/// What commands make of a screen of pairs, and of files that do not fit.
@Suite(.serialized) struct PairTests {
  private func configure(_ bench: Workbench, _ mutations: String) throws {
    try bench.write(
      "screen.yaml", "model: model\ninputs: inputs.jsonl\ncontinuation: {tokens: 8}\nmutations: {\(mutations)}\n")
  }

  private func withEarlier(_ body: (Workbench) throws -> Void) throws {
    try Workbench.run { (bench) throws in
      try configure(bench, "region: [32, 32], matrices: [o, down], layers: [1, 2], kinds: [maximum, scale: 2]")
      #expect(try bench.screen(output: "earlier.h5").status == 0)
      try body(bench)
    }
  }

  @Test func everyCommandKnowsThem() throws {
    try withEarlier { (bench) throws in
      try configure(bench, "pairs: {from: earlier.h5, top: 8}")
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50"])
      #expect(plan.output.contains("8 mutations alone and ") && plan.output.contains("none: forecasts have no"))
      let screen = try bench.screen(ranks: 2)
      #expect(screen.status == 0, "\(screen.errors)")
      let inspect = try Program.locus.run(["inspect", bench.path("out.h5")]).output
      #expect(inspect.contains(", alone, and ") && inspect.contains(" pairs of them"), "\(inspect)")
      for (number, row) in try rows(bench, "out.h5").enumerated() {
        let isPair = number >= 8 * 2
        #expect((row["second_layer"] is Int) == isPair && (row["interaction"] is Double) == isPair, "\(row)")
      }
      let analysis = try Program.locus.run(["analyze", bench.path("out.h5")])
      #expect(analysis.status == 0 && analysis.output.contains("pairs that stand out most"), "\(analysis.output)")
      #expect(!analysis.output.contains("by layer and matrix") && !analysis.output.contains("sensitive"))
      let report = try Program.locus.run(["report", bench.path("out.h5"), "--output", bench.path("page")])
      #expect(report.status == 0, "\(report.errors)")
      let page = try String(contentsOfFile: bench.path("page/index.html"), encoding: .utf8)
      #expect(page.contains("Pairs that interact") && !page.contains("id=\"maps\""))
      let forecast = try Program.locus.run(["forecast", bench.path("screen.yaml"), "--output", bench.path("f.h5")])
      #expect(forecast.status == 2 && forecast.errors.contains("cannot forecast pairs of mutations"))
      try configure(bench, "list: out.h5")
      #expect(try bench.screen(output: "other.h5").errors.contains("it is a screen of pairs of mutations"))
    }
  }

  /// The rows of an exported table.
  private func rows(_ bench: Workbench, _ file: String) throws -> [[String: Any]] {
    try Program.locus.run(["export", bench.path(file), "--jsonl"]).output.split(separator: "\n").map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }
  }

  /// The pairs of an exported table are those that were exported, in the same verdicts.
  @Test func anExportedTableIsAList() throws {
    try withEarlier { (bench) throws in
      try configure(bench, "pairs: {from: earlier.h5, top: 5}")
      #expect(try bench.screen(output: "from.h5").status == 0)
      let names = ["layer", "matrix", "row", "column", "rows", "columns", "kind", "value"]
      let columns = names + names.map { "second_" + $0 }
      let rows = try rows(bench, "from.h5").filter { $0["input"] as? String == "sum" && $0["second_layer"] is Int }.map
      {
        row in columns.map { "\(row[$0] ?? "")" }.joined(separator: ",")
      }
      #expect(rows.count > 4)
      try bench.write("pairs.csv", ([columns.joined(separator: ",")] + rows).joined(separator: "\n"))
      try configure(bench, "pairs: {list: pairs.csv}")
      let outcome = try bench.screen(output: "list.h5")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let differences = try StoredFile.differences(bench.path("from.h5"), bench.path("list.h5"))
      #expect(differences.allSatisfy { $0.contains("config") || $0.contains("plan_sha256") }, "\(differences)")
    }
  }

  @Test func filesThatDoNotFitAreRefused() throws {
    try withEarlier { (bench) throws in
      let header =
        "layer,matrix,row,column,rows,columns,kind,second_layer,second_matrix,second_row,second_column,second_rows,"
        + "second_columns,second_kind"
      try bench.write("self.csv", header + "\n1,o,0,0,4,4,zero,1,o,0,0,4,4,zero\n")
      try bench.write("none.csv", header + "\n1,o,0,0,4,4,zero,9,o,0,0,4,4,zero\n")
      try bench.write("overlap.csv", header + "\n1,o,0,0,4,4,zero,1,o,2,2,4,4,zero\n")
      try bench.write(
        "dry.yaml",
        "model: model\ninputs: inputs.jsonl\ncontinuation: {tokens: 8}\n"
          + "mutations: {region: [64, 64], matrices: [o], layers: [0], kinds: [zero]}\nrecord: {divergence: false}\n")
      #expect(
        try Program.locus.run(["screen", bench.path("dry.yaml"), "--output", bench.path("dry.h5")]).status == 0)
      let cases = [
        ("pairs: {list: self.csv}", "with itself"), ("pairs: {list: none.csv}", "the model has no layer 9"),
        ("pairs: {list: overlap.csv}", "overlap, and a weight can be changed only once"),
        ("pairs: {from: earlier.h5, top: 999}", "and mutations.pairs.top asks for 999"),
        ("pairs: {from: dry.h5, top: 4}", "it has no divergences"), ("pairs: {from: absent.h5, top: 4}", "absent.h5"),
      ]
      for (mutations, words) in cases { try refuse(bench, mutations, words) }
      // Another model of the same shape: one weight is another.
      var weights = try bench.bytes("model/model.safetensors")
      weights[weights.count - 2] ^= 1
      try bench.write("model/model.safetensors", weights)
      try refuse(bench, "pairs: {from: earlier.h5, top: 4}", "it is a screen of another model")
    }
  }

  private func refuse(_ bench: Workbench, _ mutations: String, _ words: String) throws {
    try configure(bench, mutations)
    let before = try bench.names()
    let outcome = try bench.screen()
    #expect(outcome.status == 2 && outcome.complaints.count == 1 && outcome.errors.contains(words), "\(outcome.errors)")
    #expect(try bench.names() == before, "nothing is written")
  }

  @Test func partsAreRefused() throws {
    try withEarlier { (bench) throws in
      try configure(bench, "pairs: {from: earlier.h5, top: 4}")
      let outcome = try bench.screen(output: "part.h5", "--part", "1/2")
      #expect(outcome.status == 2 && outcome.errors.contains("screen it undivided"), "\(outcome.errors)")
    }
  }
}

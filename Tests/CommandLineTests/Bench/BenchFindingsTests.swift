import Foundation
import Testing
import TestSupport

/// `locus bench findings` from the command line.
@Suite(.serialized) struct BenchFindingsTests {
  private func bench(_ bench: Workbench, ranks: Int? = nil, _ options: [String]) throws -> Program.Outcome {
    try Program.locus.run(
      ranks: ranks, ["bench", "findings", bench.path("out.h5"), "--folder", bench.folder] + options)
  }

  /// Everything that is measured, the same for any number of ranks, and no file is left.
  @Test func ranksShareTheSeeds() throws {
    try Workbench.run { bench in
      #expect(try bench.screen(ranks: 2).status == 0)
      let before = try bench.names()
      let options = [
        "--seeds", "3", "--plant", "all", "--points", "20,40", "--quiet", "--json", bench.path("figures.json"),
      ]
      let alone = try self.bench(bench, options)
      #expect(alone.status == 0 && alone.errors.isEmpty, "\(alone.errors)")
      let figures = try bench.bytes("figures.json")
      for ranks in [2, 5] {
        try FileManager.default.removeItem(atPath: bench.path("figures.json"))
        let shared = try self.bench(bench, ranks: ranks, options)
        #expect(shared.status == 0 && shared.output == alone.output, "\(shared.errors)")
        #expect(try bench.bytes("figures.json") == figures)
      }
      #expect(try bench.names() == (before + ["figures.json"]).sorted())
      for words in [
        "out.h5, verdicts permuted over all mutations within each input (cells)", "(phenotypes)", "any that is false",
        "Row blocks, maximum: shares raised", "Bias: shares", "A region of one task",
        "of 3",
      ] {
        #expect(alone.output.contains(words), "\(words) in \(alone.output)")
      }
      let kept = alone.output.split(separator: "\n").filter { $0.hasSuffix("kept, not false") }
      // Texts in both; what mutations do where whole phenotypes are permuted.
      #expect(kept.contains { $0.hasPrefix("  overlap") } && !kept.contains { $0.hasPrefix("  enrichment") })
      let object = try #require(try JSONSerialization.jsonObject(with: figures) as? [String: Any])
      let nulls = try #require(object["nulls"] as? [[String: Any]])
      #expect(nulls.map { $0["null"] as? String } == ["cells", "phenotypes"])
      #expect(nulls.allSatisfy { $0["seeds"] as? Int == 3 })
      let planted = try #require(object["planted"] as? [[String: Any]])
      let regions = planted.filter { $0["answer"] as? String == "specificity" }
      #expect(regions.map { $0["column"] as? String } == ["50", "100"])
      #expect(regions.allSatisfy { $0["planted"] as? Int == 3 })
    }
  }

  @Test func oneNullOrNone() throws {
    try Workbench.run { bench in
      #expect(try bench.screen().status == 0)
      let cells = try self.bench(bench, ["--null", "cells", "--seeds", "1"])
      #expect(cells.status == 0 && cells.output.contains("(cells)") && !cells.output.contains("(phenotypes)"))
      #expect(cells.errors.contains("processor seconds a screen"), "\(cells.errors)")
      let none = try self.bench(bench, ["--null", "none", "--plant", "regions", "--seeds", "2", "--quiet"])
      #expect(none.status == 0 && none.output.hasPrefix("A region of one task"), "\(none)")
    }
  }

  @Test func badOptionsAreRefusedInASentence() throws {
    for (options, words) in [
      (["--null", "rows"], "--null names 'rows'; choose among cells, phenotypes"),
      (["--plant", "stripes,dots"], "--plant names 'dots'; choose among stripes, pairs, bias, regions"),
      (["--points", "5,0"], "--points is 5,0; give numbers from 1 to 100"), (["--seeds", "0"], "--seeds is 0"),
      ([], "cannot open /nowhere/screen.h5"),
    ] {
      let outcome = try Program.locus.run(["bench", "findings", "/nowhere/screen.h5"] + options)
      #expect(outcome.status == 2 && outcome.output.isEmpty, "\(options): \(outcome)")
      #expect(outcome.complaints.count == 1 && outcome.errors.contains(words), "\(options): \(outcome.errors)")
    }
  }
}

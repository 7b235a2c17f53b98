import Foundation
import Testing
import TestSupport

/// Refinements and lists, as a person meets them.
@Suite(.serialized) struct RefineTests {
  private static let refinement = Workbench.configuration
    .replacing("region: [16, 16]", with: "refine: [64, 16]").replacing("layers: [2, 3]", with: "layers: [3]")
    .replacing("sample: 70", with: "matrices: [v, down]")

  private func status(_ bench: Workbench, _ options: String...) throws -> String {
    try Program.locus.run(["status", bench.path("out.h5")] + options).output
  }

  private func units(_ bench: Workbench) throws -> Int? {
    Int(try status(bench, "--units").trimmingCharacters(in: .whitespacesAndNewlines))
  }

  @Test func levelsAreMadeOnceAndGoOn() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", RefineTests.refinement)
      let stopped = try bench.screen(ranks: 2, "--max-time", "0s")
      #expect(stopped.status == 85 && stopped.errors.contains("out.64x64.h5.journal; the same command continues"))
      #expect(try status(bench).hasPrefix("stopped: 0 of ") && units(bench) == 0)

      let made = try bench.screen(ranks: 2)
      let lines = made.output.split(separator: "\n")
      #expect(made.status == 0 && lines.count == 2, "\(made.output)\(made.errors)")
      #expect(lines[0].contains("out.64x64.h5: 42 mutations") && lines[1].contains("out.h5: "), "\(made.output)")
      let all = ["inputs.jsonl", "model", "out.64x64.h5", "out.h5", "screen.yaml"]
      #expect(try bench.names() == all && status(bench).hasPrefix("finished: "))
      let done = try #require(try units(bench))
      #expect(done > 2)
      let again = try bench.screen()
      #expect(again.status == 0 && again.output.contains("finished result of this plan already"), "\(again.output)")

      // The first level is there; the last is to be made again, and stops.
      try FileManager.default.removeItem(atPath: bench.path("out.h5"))
      #expect(try status(bench).hasPrefix("stopped: 2 of 2 units of "))
      #expect(try bench.screen("--max-time", "0s").status == 85)
      #expect(try status(bench).hasPrefix("stopped: 0 of \(done - 2) units") && units(bench) == 2)
      let last = try bench.screen()
      #expect(last.status == 0 && last.output.split(separator: "\n").count == 1, "\(last.output)")
      let forced = try bench.screen("--force")
      #expect(forced.status == 0 && forced.output.split(separator: "\n").count == 1, "\(forced.output)")
      #expect(try bench.names() == all && units(bench) == done)
    }
  }

  @Test(arguments: [nil, 2]) func whatCannotBeRefinedIsRefused(_ ranks: Int?) throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", RefineTests.refinement)
      let part = try bench.screen(ranks: ranks, "--part", "1/2")
      #expect(part.status == 2 && part.complaints.count == 1, "\(part.errors)")
      #expect(part.errors.contains("line 6: mutations.refine: a refinement has no parts"), "\(part.errors)")
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50", "--parts", "2"])
      #expect(plan.status == 2 && plan.errors.contains("a refinement has no parts"), "\(plan.errors)")
      // What is in the way of the last level is said before the first one begins.
      try bench.write("out.h5", "something")
      let taken = try bench.screen(ranks: ranks)
      #expect(taken.status == 2 && taken.complaints.count == 1 && taken.errors.contains("/out.h5: a file is there"))
      #expect(try bench.names() == ["inputs.jsonl", "model", "out.h5", "screen.yaml"])
      #expect(try bench.screen(ranks: ranks, "--force").status == 0)
    }
  }

  @Test func aRefinementIsPlanned() throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", RefineTests.refinement.replacing("[64, 16]", with: "[64, 16, [16, 1]]"))
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50"])
      #expect(plan.status == 0, "\(plan.errors)")
      // v has 64 × 128 weights and down 128 × 384.
      for line in [
        "regions       14 of 64 × 64, the first of 3 levels", "mutations     42 (maximum, minimum, zero)",
        "refinement    16 × 16: at most 672 mutations, ", "              16 × 1: at most 10,752 mutations, ",
      ] {
        #expect(plan.output.contains(line), "\(plan.output)")
      }
    }
  }

  @Test func listsAreScreened() throws {
    try Workbench.run { bench in
      try bench.write(
        "screen.yaml", Workbench.configuration.replacing("sample", with: "kinds: [scale: 2, mean]\n  sample"))
      #expect(try bench.screen(output: "first.h5").status == 0)
      let listed = "model: model\ninputs: inputs.jsonl\ncontinuation: {tokens: 8}\nmutations: {list: first.h5}\n"
      try bench.write("screen.yaml", listed)
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50"])
      #expect(plan.output.contains("mutations     70 (scale:2, mean)") && plan.output.contains("first.h5"), "\(plan)")
      #expect(try bench.screen(ranks: 2).status == 0)
      if let difference = Program.named("h5diff") {
        let compared = try difference.run([bench.path("first.h5"), bench.path("out.h5"), "/phenotype"])
        #expect(compared.status == 0, "\(compared.output)")
      }

      try bench.write("screen.yaml", listed.replacing("first.h5", with: "list.csv"))
      let header = "layer,matrix,row,column,rows,columns,kind\n"
      try bench.write("list.csv", header + "0,q,0,0,16,16,zero\n0,q,0,0,8,500,zero\n")
      let wrong = try bench.screen(ranks: 2, output: "listed.h5")
      #expect(wrong.status == 2 && wrong.complaints.count == 1, "\(wrong.errors)")
      #expect(wrong.errors.contains("list.csv: line 3: columns 0 to 499 are not in q"), "\(wrong.errors)")
      // Of several sizes: screened and described, but no grid to analyze.
      try bench.write("list.csv", header + "0,q,0,0,16,16,zero\n0,q,0,0,8,128,shuffle\n2,v,5,5,1,1,negate\n")
      #expect(try bench.screen(ranks: 2, output: "listed.h5").status == 0)
      let inspected = try Program.locus.run(["inspect", bench.path("listed.h5")])
      #expect(inspected.output.contains("of several sizes or places"), "\(inspected)")
      let analyzed = try Program.locus.run(["analyze", bench.path("listed.h5")])
      #expect(analyzed.status == 2 && analyzed.complaints.count == 1, "\(analyzed)")
      #expect(analyzed.errors.contains("its regions are of several sizes"), "\(analyzed.errors)")
      #expect(try !bench.names().contains { $0.contains("analysis") })
    }
  }
}

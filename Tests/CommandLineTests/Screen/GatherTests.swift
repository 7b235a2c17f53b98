import Foundation
import Testing
import TestSupport

@Suite(.serialized) struct GatherTests {
  @Test func partsGiveTheWhole() throws {
    try Workbench.run { bench in
      #expect(try bench.screen(output: "whole.h5").status == 0)
      for part in 1...3 {
        let outcome = try bench.screen(ranks: part == 2 ? 2 : nil, output: "part-\(part).h5", "--part", "\(part)/3")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let inspected = try Program.locus.run(["inspect", bench.path("part-\(part).h5")])
        #expect(inspected.output.contains("\(part) of 3: mutations "), "\(inspected.output)")
      }
      let parts = (1...3).map { bench.path("part-\($0).h5") }
      for ranks in [nil, 2] {
        let output = bench.path("gathered-\(ranks ?? 1).h5")
        let outcome = try Program.locus.run(ranks: ranks, ["gather"] + parts.reversed() + ["--output", output])
        #expect(
          outcome.status == 0 && outcome.output.contains("70 mutations × 2 inputs of 3 parts"), "\(outcome.errors)")
        guard let difference = Program.named("h5diff") else { continue }
        for group in ["/mutation", "/phenotype", "/baseline", "/input"] {
          let compared = try difference.run([bench.path("whole.h5"), output, group])
          #expect(compared.status == 0, "\(group): \(compared.output)")
        }
      }
      let analyzed = try Program.locus.run(["analyze", parts[0]])
      #expect(analyzed.status == 2 && analyzed.complaints.first?.contains("part 1 of 3") == true, "\(analyzed.errors)")
    }
  }

  @Test(arguments: [nil, 2]) func whatIsNoPartIsRefused(_ ranks: Int?) throws {
    try Workbench.run { bench in
      #expect(try bench.screen().status == 0)
      for (path, word) in [("out.h5", "whole screen"), ("absent.h5", "no such file"), ("screen.yaml", "no HDF5 file")] {
        let outcome = try Program.locus.run(
          ranks: ranks, ["gather", bench.path(path), "--output", bench.path("gathered.h5")])
        #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(path): \(outcome.errors)")
        #expect(outcome.errors.contains(path) && outcome.errors.contains(word), "\(outcome.errors)")
      }
      #expect(try bench.names() == ["inputs.jsonl", "model", "out.h5", "screen.yaml"])
    }
  }
}

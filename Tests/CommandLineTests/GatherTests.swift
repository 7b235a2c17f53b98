import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct GatherTests {
  @Test(arguments: [nil, 2]) func whatIsNoPartIsRefused(_ ranks: Int?) throws {
    try Workbench.run { bench in
      #expect(try bench.screen().status == 0)
      for (path, word) in [("out.h5", "whole screen"), ("absent.h5", "No such file"), ("screen.yaml", "no HDF5 file")] {
        let outcome = try Program.locus.run(
          ranks: ranks, ["gather", bench.path(path), "--output", bench.path("gathered.h5")])
        #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(path): \(outcome.errors)")
        #expect(outcome.errors.contains(path) && outcome.errors.contains(word), "\(outcome.errors)")
      }
      #expect(try bench.names() == ["inputs.jsonl", "model", "out.h5", "screen.yaml"])
    }
  }
}

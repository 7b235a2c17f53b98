import Foundation
import Testing
import TestSupport

@Suite(.serialized) struct AnalyzeTests {
  @Test func headlineAndFile() throws {
    try Workbench.run { bench in
      #expect(try bench.screen(ranks: 2).status == 0)
      let outcome = try Program.locus.run(["analyze", bench.path("out.h5")])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("70 mutations × 2 inputs"))
      // A sample of two layers: the map is that of the whole matrix.
      #expect(outcome.output.contains("Layers 0–1 of 4 were not screened."), "\(outcome.output)")
      let whole = #/rows × columns of (4 × 8|8 × 8|24 × 8|8 × 24) regions/#
      #expect(outcome.output.contains(whole) && outcome.output.contains("'·' not screened"), "\(outcome.output)")
      #expect(outcome.output.contains(#/screened: \d+ of its (32|64|192) regions/#), "\(outcome.output)")
      #expect(outcome.output.contains(bench.path("out.analysis.h5")))
      let parallel = try Program.locus.run(ranks: 2, ["analyze", bench.path("out.h5")])
      #expect(parallel.status == 0 && parallel.output == outcome.output, "\(parallel.errors)")
      #expect(try bench.names() == ["inputs.jsonl", "model", "out.analysis.h5", "out.h5", "screen.yaml"])
      let table = try Program.locus.run(["export", bench.path("out.analysis.h5"), "--table", "overlap", "--csv"])
      #expect(table.status == 0 && table.output.hasPrefix("input,other_input,"), "\(table.output) \(table.errors)")
      let absent = try Program.locus.run(["export", bench.path("out.analysis.h5"), "--table", "kin", "--csv"])
      #expect(absent.status == 2 && absent.errors.contains("name one of "), "\(absent.errors)")
      for path in ["out.h5", "out.analysis.h5", "model"] {
        let inspected = try Program.locus.run(["inspect", bench.path(path)])
        #expect(inspected.status == 0 && !inspected.output.isEmpty, "\(path): \(inspected.errors)")
        if path == "out.h5" { #expect(inspected.output.contains("2–3 of the model's 4"), "\(inspected.output)") }
      }
    }
  }

  @Test func textsAreClassifiedByTheModelThatWasScreened() throws {
    try Workbench.run { bench in
      #expect(try bench.screen(ranks: 2).status == 0)
      let model = ["analyze", bench.path("out.h5"), "--model", bench.path("model")]
      let outcome = try Program.locus.run(model)
      #expect(outcome.status == 0 && outcome.output.contains("By the states of the model"), "\(outcome.errors)")
      let inspected = try Program.locus.run(["inspect", bench.path("out.analysis.h5")])
      #expect(inspected.output.contains("classes_by_state"), "\(inspected.errors)")
      let report = try Program.locus.run(["report", bench.path("out.h5"), "--output", bench.path("page")])
      #expect(report.status == 0, "\(report.errors)")
      let page = String(decoding: try bench.bytes("page/index.html"), as: UTF8.self)
      #expect(page.contains("What mutants say, by the model&#39;s states"))
      // A last weight that is another.
      var weights = try bench.bytes("model/model.safetensors")
      weights[weights.count - 1] ^= 1
      try bench.write("model/model.safetensors", weights)
      for ranks in [nil, 3] {
        let refused = try Program.locus.run(ranks: ranks, model)
        #expect(refused.status == 2 && refused.complaints.count == 1, "\(refused.errors)")
        #expect(refused.errors.contains("its weights are not those of model, which was screened"), "\(refused.errors)")
      }
    }
  }

  @Test func whatIsNoResultIsRefused() throws {
    try Workbench.run { bench in
      for (path, word) in [("absent.h5", "no such file"), ("screen.yaml", "no HDF5 file"), ("model", "model")] {
        let outcome = try Program.locus.run(["analyze", bench.path(path)])
        #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(path): \(outcome.errors)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
      }
      let parallel = try Program.locus.run(ranks: 3, ["analyze", bench.path("absent.h5")])
      #expect(parallel.status == 2 && parallel.complaints.count == 1, "\(parallel.errors)")
    }
  }

  @Test(.enabled(if: Workbench.hasPython, "skipped: `make python` has not made its environment"))
  func othersOpenTheAnalysis() throws {
    let reader = """
      import sys, h5py, xarray
      path = sys.argv[1]
      with h5py.File(path) as file:
          groups = ["analysis/" + name for name in file["analysis"]]
      assert len(groups) >= 3, groups
      for engine in ("netcdf4", "h5netcdf"):
          for group in groups:
              with xarray.open_dataset(path, group=group, engine=engine) as data:
                  data.load()
                  assert data.sizes, group
      print("read", len(groups))
      """
    try Workbench.run { bench in
      #expect(try bench.screen().status == 0)
      #expect(try Program.locus.run(["analyze", bench.path("out.h5"), "--quiet"]).status == 0)
      let outcome = try Program(Workbench.python).run(["-c", reader, bench.path("out.analysis.h5")])
      #expect(outcome.output.contains("read"), "\(outcome.errors)")
    }
  }
}

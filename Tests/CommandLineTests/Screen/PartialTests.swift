import Foundation
import Testing
import TestSupport

/// What may be done with a screen before it is whole.
@Suite(.serialized) struct PartialTests {
  private static let long = Workbench.configuration.replacing("sample: 70", with: "sample: 2500")
    .replacing("[2, 3]", with: "all").replacing("tokens: 8", with: "tokens: 16")

  /// Stops a screen as soon as units are in its journal.
  private func stop(_ bench: Workbench) throws {
    try bench.write("screen.yaml", PartialTests.long)
    let running = try bench.start()
    let began = running.wait { _ in
      let path = bench.path("out.h5.journal/0001-00000.units")
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return (attributes?[.size] as? Int ?? 0) > 1000
    }
    #expect(began, "\(running.errors)")
    running.kill(SIGINT)
    #expect(running.wait().status == 85)
  }

  private func rows(_ bench: Workbench, _ file: String) throws -> [Substring] {
    let outcome = try Program.locus.run(["export", bench.path(file), "--jsonl"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n")
  }

  @Test func finishedUnitsAreLookedAt() throws {
    try Workbench.run { bench in
      try stop(bench)
      let (output, journal) = (bench.path("out.h5"), bench.path("out.h5.journal"))
      let status = try Program.locus.run(["status", output]).output
      let units = try #require(status.firstMatch(of: /stopped: (\d+ of \d+ units)/)?.1)
      // Whoever wants the whole is told how far it is and what to do.
      for arguments in [
        ["analyze", output], ["report", output, "--output", bench.path("page")], ["export", output, "--csv"],
        ["inspect", output], ["geometry", output],
      ] {
        let refused = try Program.locus.run(arguments)
        #expect(refused.status == 2 && refused.complaints.count == 1, "\(arguments): \(refused.errors)")
        for word in ["is not whole yet: \(units); continue with ", "locus status", "analyze --partial"] {
          #expect(refused.errors.contains(word), "\(arguments): \(refused.errors)")
        }
      }
      #expect(try Program.locus.run(["inspect", journal]).output == status)

      // A record that is cut short is normal.
      let handle = try #require(FileHandle(forWritingAtPath: journal + "/0001-00000.units"))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(repeating: 7, count: 100))
      try handle.close()
      let files = try FileManager.default.contentsOfDirectory(atPath: journal).sorted()
      var tables: [[Substring]] = []
      for ranks in [nil, 2] {
        let partial = try Program.locus.run(ranks: ranks, ["analyze", "--partial", output, "--quiet"])
        #expect(partial.status == 0 && partial.output.contains("Partial: \(units)."), "\(partial.errors)")
        tables.append(try rows(bench, "out.partial.h5"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: journal).sorted() == files)
      #expect(tables[0] == tables[1] && !tables[0].isEmpty)
      for name in ["out.partial.h5", "out.partial.analysis.h5"] {
        #expect(try Program.locus.run(["inspect", bench.path(name)]).output.contains("\(units) of the screen"))
      }
      let report = try Program.locus.run(
        ["report", bench.path("out.partial.h5"), "--output", bench.path("page.html")])
      #expect(report.status == 0, "\(report.errors)")
      let page = String(decoding: try bench.bytes("page.html"), as: UTF8.self)
      #expect(page.contains("class=\"caution\"") && page.contains("Partial: \(units)."))

      // The screen goes on as if nobody had looked, and has the same rows.
      #expect(try bench.screen().status == 0)
      let whole = Set(try rows(bench, "out.h5"))
      #expect(whole.count > tables[0].count && whole.isSuperset(of: tables[0]))
      let late = try Program.locus.run(["analyze", "--partial", output])
      #expect(late.status == 2 && late.errors.contains("it is whole; run the same command without --partial"))
      let gone = try Program.locus.run(["analyze", "--partial", bench.path("absent.h5")])
      #expect(gone.status == 2 && gone.complaints.count == 1, "\(gone.errors)")
    }
  }

  @Test func whereReportsAndTablesGo() throws {
    try Workbench.run { bench in
      let output = bench.path("out.h5")
      #expect(try bench.screen().status == 0)
      let early = try Program.locus.run(["report", output, "--output", bench.path("page")])
      #expect(early.status == 2 && early.errors.contains("run locus analyze \(output) first"), "\(early.errors)")
      #expect(try Program.locus.run(["analyze", output, "--quiet"]).status == 0)
      let before = try bench.names()
      // A page by its name, and no folder of that name.
      #expect(try Program.locus.run(["report", output, "--output", bench.path("page.html")]).status == 0)
      #expect(try bench.names() == (before + ["page.html"]).sorted())
      #expect(!String(decoding: try bench.bytes("page.html"), as: UTF8.self).contains(".svg\""))
      // The folder of the results stays tidy; the analysis alone is as good as the results.
      for name in ["out.h5", "out.analysis.h5"] {
        let outcome = try Program.locus.run(["report", bench.path(name), "--output", bench.folder])
        #expect(outcome.status == 0 && outcome.output.contains("out-report/index.html"), "\(outcome.errors)")
        #expect(try bench.names() == (before + ["page.html", "out-report"]).sorted())
      }
      // A table's name tells its format.
      for (name, beginning) in [("a.csv", "layer,matrix,"), ("a.jsonl", "{\"layer\":")] {
        #expect(try Program.locus.run(["export", output, "--output", bench.path(name)]).status == 0)
        #expect(try bench.bytes(name).starts(with: beginning.utf8))
      }
      let unnamed = try Program.locus.run(["export", output, "--output", bench.path("a.txt")])
      #expect(unnamed.status != 0 && unnamed.errors.contains("--csv or --jsonl"), "\(unnamed.errors)")
    }
  }
}

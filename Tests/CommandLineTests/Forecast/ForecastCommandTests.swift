import Foundation
import Testing
import TestSupport

/// Runs of `locus forecast` as a person starts them.
@Suite(.serialized) struct ForecastCommandTests {
  private func forecast(_ bench: Workbench, _ options: String...) throws -> Program.Outcome {
    try Program.locus.run(["forecast", bench.path("screen.yaml"), "--output", bench.path("forecast.h5")] + options)
  }

  @Test func aFileIsMadeMetAgainDescribedAndShown() throws {
    try Workbench.run { (bench) throws in
      let before = try bench.names()
      let made = try forecast(bench, "--quiet")
      #expect(made.status == 0 && made.errors.isEmpty, "\(made.errors)")
      #expect(made.output.contains("140 verdicts foretold"), "\(made.output)")
      #expect(try bench.names() == (before + ["forecast.h5"]).sorted())
      let again = try forecast(bench)
      #expect(again.status == 0 && again.output.contains("holds the finished forecast of this plan already"))
      let described = try Program.locus.run(["inspect", bench.path("forecast.h5")])
      #expect(described.status == 0, "\(described.errors)")
      let wanted = [
        "mutations       70", "inputs          2, 8 steps", "1 × 1", "in /forecast/16x16", "by their margins",
      ]
      for words in wanted {
        #expect(described.output.contains(words), "\(words): \(described.output)")
      }
      let shown = try Program.locus.run(["report", bench.path("forecast.h5"), "--output", bench.path("page")])
      #expect(shown.status == 0, "\(shown.errors)")
      let page = try String(decoding: bench.bytes("page/index.html"), as: UTF8.self)
      #expect(page.contains("From matrix to weight") && page.contains("Regions of 1 × 1 with the largest"))
      let status = try Program.locus.run(["status", bench.path("forecast.h5")])
      #expect(status.status == 0 && status.output.hasPrefix("finished"))
    }
  }

  @Test func aPlanSaysWhatAForecastTakes() throws {
    try Workbench.run { (bench) throws in
      let plan = try Program.locus.run(["plan", bench.path("screen.yaml"), "--speed", "50"])
      // 2 inputs, with 16 probes, 8 steps and the loss each.
      #expect(plan.status == 0 && plan.output.contains("by locus forecast: 50 backward passes, maps of 16 × 16, 4 × 4"))
    }
  }

  @Test func nothingIsWrittenWhereSomethingIsWrong() throws {
    try Workbench.run { (bench) throws in
      try bench.write("other.h5", "no forecast")
      let taken = try Program.locus.run(["forecast", bench.path("screen.yaml"), "--output", bench.path("other.h5")])
      #expect(taken.status == 2 && taken.errors.contains("a file that is no forecast is there"), "\(taken.errors)")
      let folder = try Program.locus.run(["forecast", bench.path("screen.yaml"), "--output", bench.folder])
      #expect(folder.status == 2 && folder.errors.contains("it is a folder; name a file"), "\(folder.errors)")
      try bench.write("screen.yaml", Workbench.configuration + "forecast: {probes: none}\n")
      let before = try bench.names()
      let refused = try forecast(bench)
      #expect(refused.status == 2 && refused.complaints.count == 1, "\(refused.errors)")
      #expect(refused.errors.contains("forecast.probes"))
      #expect(try bench.names() == before)
    }
  }
}

import Foundation
import Testing
import TestSupport

@Suite(.serialized) struct ReportTests {
  @Test func aPageAndItsFigures() throws {
    try Workbench.run { bench in
      #expect(try bench.screen().status == 0)
      let early = try Program.locus.run(["report", bench.path("out.h5"), "--output", bench.path("report")])
      #expect(early.status == 2 && early.complaints.first?.contains("out.analysis.h5") == true, "\(early.errors)")
      #expect(try Program.locus.run(["analyze", bench.path("out.h5")]).status == 0)
      for palette in ["paper", "safe"] {
        let outcome = try Program.locus.run(
          ["report", bench.path("out.h5"), "--output", bench.path("report"), "--palette", palette])
        #expect(outcome.status == 0 && outcome.output.contains("report/index.html"), "\(outcome.errors)")
      }
      let page = String(decoding: try bench.bytes("report/index.html"), as: UTF8.self)
      #expect(page.contains("data-palette=\"safe\"") && page.contains("In Cuba, the capital is"))
      #expect(page.contains("Havana"))
    }
  }

  @Test func aCloudThatIsNoScreen() throws {
    try Workbench.run { bench in
      let words = (0..<80).map { word in
        "\"word \(word)\": "
          + "[\((0..<6).map { "\((word * (3 * $0 + 7) + $0) % 17 + (word % 2) * 9 * $0)" }.joined(separator: ", "))]"
      }
      try bench.write("vectors.json", "{\(words.joined(separator: ", "))}")
      let geometry = try Program.locus.run(["geometry", bench.path("vectors.json"), "--quiet"])
      #expect(geometry.status == 0, "\(geometry.errors)")
      let outcome = try Program.locus.run(
        ["report", bench.path("vectors.analysis.h5"), "--output", bench.path("report")])
      #expect(outcome.status == 0 && outcome.output.contains("report/index.html"), "\(outcome.errors)")
      let page = String(decoding: try bench.bytes("report/index.html"), as: UTF8.self)
      for name in ["cloud", "space", "galaxy-spectrum"] { #expect(page.contains("id=\"figure-\(name)\""), "\(name)") }
      #expect(page.contains("\"title\":\"lobe by geometry\"") && page.contains("\"word 7\""))
    }
  }

  @Test func whatIsNoResultIsRefused() throws {
    try Workbench.run { bench in
      #expect(try bench.screen().status == 0)
      #expect(try Program.locus.run(["analyze", bench.path("out.h5")]).status == 0)
      // An analysis that is nowhere near its results.
      try FileManager.default.createDirectory(atPath: bench.path("alone"), withIntermediateDirectories: false)
      try bench.write("alone/alone.analysis.h5", try bench.bytes("out.analysis.h5"))
      let before = try bench.names()
      for (arguments, word) in [
        (["absent.h5", "--output", "report"], "absent.h5"), (["screen.yaml", "--output", "report"], "no HDF5 file"),
        (["alone/alone.analysis.h5", "--output", "report"], "name that results file"),
        (["out.h5", "--output", "report", "--analysis", "out.h5"], "no analysis"),
        (["out.h5", "--output", "inputs.jsonl"], "it is a file"),
        (["out.h5", "--output", "inputs.jsonl/x"], "inputs.jsonl"),
      ] {
        let paths = arguments.map { $0.hasPrefix("--") ? $0 : bench.path($0) }
        let outcome = try Program.locus.run(["report"] + paths)
        #expect(outcome.status != 0 && outcome.complaints.count == 1, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(word) && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(try bench.names() == before)
      }
    }
  }
}

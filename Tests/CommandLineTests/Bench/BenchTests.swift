import Foundation
import Testing
import TestSupport

/// `locus bench` from the command line: figures there are, whatever they say.
@Suite(.serialized) struct BenchTests {
  private static let parts = ["dense", "graph", "landmarks", "matrix-free", "cofiring", "galaxy", "regression"]
  private static let sizes = ["--points", "240", "--dimension", "12", "--lobes", "3", "--separation", "2"]

  /// Of a cloud that is small, and easy to divide.
  private func geometry(ranks: Int? = nil, _ more: [String]) throws -> Program.Outcome {
    try Program.locus.run(
      ranks: ranks, ["bench", "geometry", "--documents", "300", "--density", "0.1"] + Self.sizes + more)
  }

  private func parts(_ path: String) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    return try #require((object as? [String: Any])?["parts"] as? [[String: Any]])
  }

  @Test func everyPartOfGeometryIsMeasured() throws {
    try Places.withTemporaryFolder { folder in
      let outcome = try geometry(["--repeats", "2", "--threads", "2", "--json", folder + "/bench.json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(lines.count == Self.parts.count + 2 && outcome.output.contains("medians of 2"), "\(outcome.output)")
      let figures = try parts(folder + "/bench.json")
      #expect(figures.map { $0["part"] as? String } == Self.parts)
      for (line, figure) in zip(lines.dropFirst(2), figures) {
        let part = try #require(figure["part"] as? String)
        #expect(line.first.map(String.init) == part && line.dropFirst().first == "240", "\(line)")
        let timings = try #require(figure["timings"] as? [[String: Any]])
        #expect(timings.count == 2)
        for key in ["seconds", "processorSeconds", "peakBytes"] {
          #expect(timings.allSatisfy { ($0[key] as? Double ?? -1) >= 0 }, "\(part) \(key): \(timings)")
        }
        guard !["cofiring", "galaxy"].contains(part) else {
          #expect(figure["agreement"] == nil && line.last == "–", "\(line)")
          continue
        }
        let agreement = try #require(figure["agreement"] as? Double)
        #expect(agreement > 0.95, "\(part)")
        #expect(line.last.map(String.init) == String(format: "%.4f", agreement))
      }
    }
  }

  /// What Python is to compare with: what is kept is what was measured with, the same for any number of ranks.
  @Test func whatIsKeptIsTheSameForAnyNumberOfRanks() throws {
    try Places.withTemporaryFolder { folder in
      var kept: [[String: Data]] = []
      for ranks in [nil, 2] {
        let keep = folder + "/\(ranks ?? 0)"
        let options = ["--parts", "regression,graph,cofiring", "--repeats", "1", "--keep", keep, "--quiet"]
        let outcome = try geometry(ranks: ranks, options)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: keep)
        kept.append(
          try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: "\(keep)/\($0)"))) }))
      }
      #expect(kept[0] == kept[1])
      let sizes = kept[0].mapValues(\.count)
      let firings = try #require(sizes["documents.i32"]) / 4
      // 240 · 300 · 0.1 of them, give or take five deviations.
      #expect((6800...7600).contains(firings), "\(firings)")
      #expect(
        sizes == [
          "points.f32": 240 * 12 * 4, "planted.i32": 240 * 4, "offsets.i64": 241 * 8, "documents.i32": firings * 4,
          "cofiring.f64": 240 * 8, "graph.i32": 240 * 4, "regression.i32": 240 * 4,
        ])
    }
  }

  @Test func badOptionsAreRefusedInASentence() throws {
    for (options, words) in [
      (["--parts", "dense,sparse"], "--parts names 'sparse'; choose among dense,"),
      (["--points", "3"], "--points is 3; give a number from 16 to"),
      (["--points", "30000"], "--points is 30000; give 20000 at most for dense"),
      (["--lobes", "1"], "--lobes is 1; give a number from 2 to 240"),
      (["--density", "0"], "--density is 0.0; give a number above 0"),
      (["--separation=-1"], "--separation is -1.0"), (["--threads", "0"], "--threads is 0"),
      (["--repeats", "0"], "--repeats is 0"), (["--peers", "/nowhere/python"], "cannot run /nowhere/python"),
      (["--keep", "/dev/null/folder"], "cannot write /dev/null/folder"),
    ] {
      let outcome = try Program.locus.run(["bench", "geometry"] + Self.sizes + options)
      #expect(outcome.status == 2 && outcome.output.isEmpty, "\(options): \(outcome)")
      #expect(outcome.complaints.count == 1 && outcome.errors.contains(words), "\(options): \(outcome.errors)")
    }
  }

  /// A Python that says what it is asked to run.
  @Test func peersAreGivenTheSameSizes() throws {
    let outcome = try geometry(["--peers", "/bin/echo", "--peer-option=--repeats=9", "--parts", "dense"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for words in [
      "Tests/Peers/geometry_side_by_side.py --locus /", "--points 240 --dimension 12 --lobes 3 --separation 2.0",
      "--documents 300 --density 0.1", "--parts dense", "--repeats=9",
    ] {
      #expect(outcome.output.contains(words), "\(words) in \(outcome.output)")
    }
  }

  /// Feed-forward layers without a gate are screened by what they have.
  @Test(.enabled(if: SharedHosts.isThere, SharedHosts.absence)) func aModelWithoutAGateIsMeasured() throws {
    let options = ["--model", SharedHosts.path(of: "pythia"), "--units", "1", "--repeats", "1", "--quiet"]
    let outcome = try Program.locus.run(["bench"] + options)
    #expect(outcome.status == 0 && outcome.output.contains("mutations × 4 inputs"), "\(outcome)")
  }

  /// A screen's needs no name of its own.
  @Test func screensAreMeasuredWithAndWithoutTheirName() throws {
    try Workbench.run { bench in
      for name in [[], ["screen"]] {
        let outcome = try Program.locus.run(
          ["bench"] + name + [bench.path("screen.yaml"), "--repeats", "1", "--json", bench.path("bench.json")])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("70 mutations × 2 inputs") && outcome.output.contains("machine"))
        #expect(String(decoding: try bench.bytes("bench.json"), as: UTF8.self).contains(#""mutationCount" : 70"#))
      }
    }
    let refused = try Program.locus.run(["bench"])
    #expect(refused.status == 2 && refused.complaints == ["locus: Give a configuration, --shape or --model."])
  }

  @Test func helpTeachesAll() throws {
    let help = try Program.locus.run(["bench", "--help"])
    #expect(help.status == 0)
    for words in ["locus bench configs/bench.yaml", "locus bench geometry", "locus bench findings", "screen (default)"]
    {
      #expect(help.output.contains(words), "\(words) in \(help.output)")
    }
    #expect(try Program.locus.run(["bench", "screen", "--help"]).output.contains("--shape"))
    #expect(try Program.locus.run(["bench", "geometry", "--help"]).output.contains("matrix-free"))
  }
}

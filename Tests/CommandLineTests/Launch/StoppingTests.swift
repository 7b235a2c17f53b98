import Foundation
import Testing
import TestSupport

/// Ctrl-C, typed at a terminal.
@Suite(.serialized) struct StoppingTests {
  private static let controlC = "\u{03}"

  private static let long = Workbench.configuration.replacing("sample: 70", with: "sample: 3000")
    .replacing("[2, 3]", with: "all").replacing("tokens: 8", with: "tokens: 16")

  /// Whether a rank has written units into the journal.
  private func hasUnits(_ bench: Workbench) -> Bool {
    let journal = bench.path("out.h5.journal")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: journal)) ?? []
    return names.filter { $0.hasSuffix(".units") }.contains { name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: journal + "/" + name)
      return (attributes?[.size] as? Int ?? 0) > 1000
    }
  }

  @Test(arguments: [nil, 2])
  func controlCTellsWhatIsSafe(ranks: Int?) throws {
    try Workbench.run { bench in
      try bench.write("screen.yaml", StoppingTests.long)
      let command = ["screen", bench.path("screen.yaml"), "--output", bench.path("out.h5")]
      let running = try Program.locus.startOnTerminal(ranks: ranks, command)
      #expect(running.wait { _ in hasUnits(bench) }, "\(running.text)")
      running.type(StoppingTests.controlC)
      let status = running.wait()
      // mpirun has a status of its own.
      #expect(ranks == nil ? status == 85 : status != 0, "\(running.text)")
      let sentences = running.text.split(whereSeparator: \.isNewline).filter { $0.contains("locus: stopping on SIG") }
      #expect(sentences.count == 1, "\(running.text)")
      let found = try #require(
        sentences.first?.firstMatch(
          of: /: (\d+) of (\d+) units are safe in (.*out\.h5\.journal); the same command continues/),
        "\(running.text)")
      #expect(found.3 == bench.path("out.h5.journal"))
      while try Program.locus.run(["status", bench.path("out.h5")]).output.hasPrefix("running") { usleep(50_000) }
      let kept = try Program.locus.run(["status", bench.path("out.h5"), "--units"]).output
      let (told, done) = (try #require(Int(found.1)), try #require(Int(kept.dropLast())))
      #expect(done > 0 && told <= done)
      let again = try Program.locus.run(ranks: 2, command)
      #expect(again.status == 0 && again.output.contains("\(done) units by earlier starts"), "\(again)")
    }
  }
}

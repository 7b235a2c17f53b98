import Archive
import FindingsSupport
import Foundation
import Testing
import TestSupport

/// The cloud in space, in a real browser.
@Suite(.serialized, .enabled(if: Browser.isWanted, "\(Browser.without)")) struct CloudBrowserTests {
  private static let picture = "document.querySelector('#space').toDataURL()"

  @Test func itTurnsAsItIsDragged() throws {
    try ReportBench.run { bench in
      try bench.writeCloud(SyntheticCloud().all)
      try bench.reportOfCloud()
      let choose = """
        (() => { const select = document.querySelector('#space-colouring'); select.value = 1;
          select.dispatchEvent(new Event('change'));
          return document.querySelectorAll('#space-key button').length + ''; })()
        """
      let outcome = try Browser.open(
        bench.path("report/index.html"), "rest", "#space", "0.02", "0.02", "evaluate", Self.picture, "rest", "#space",
        "0.03", "0.02", "evaluate", Self.picture, "drag", "#space", "0.3", "0.5", "0.5", "0.6", "rest", "#space",
        "0.02",
        "0.02", "evaluate", Self.picture, "evaluate", choose, "evaluate", Self.picture, "click",
        "#space-key button:nth-child(2)", "0.5", "0.5", "evaluate", Self.picture, "dark", "evaluate", Self.picture,
        "print", bench.path("page.pdf"))
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      let found = outcome.found.map { $0 ?? "" }
      // By itself it stays, for the reader wants little motion.
      #expect(found[0] == found[1] && found[0].count > 5000)
      #expect(found[2] != found[1] && found[4] != found[2] && found[5] != found[4] && found[6] != found[5])
      // Geometric lobes.
      #expect(found[3] == "4")
      #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path("page.pdf"))).starts(with: Data("%PDF".utf8)))
    }
  }

  @Test func itTurnsByItselfUntilItIsStopped() throws {
    try ReportBench.run { bench in
      try bench.writeCloud([SyntheticCloud().cloud])
      try bench.reportOfCloud()
      let wait = "new Promise(done => setTimeout(() => done(''), 400))"
      let outcome = try Browser.open(
        bench.path("report/index.html"), "rest", "#space", "0.5", "-0.1", "moving", "evaluate", Self.picture,
        "evaluate",
        wait, "evaluate", Self.picture, "click", "#space-turn", "0.5", "0.5", "evaluate", Self.picture, "evaluate",
        wait,
        "evaluate", Self.picture)
      #expect(outcome.problems.isEmpty, "\(outcome.problems)")
      #expect(outcome.found[0] != outcome.found[2] && outcome.found[3] == outcome.found[5])
    }
  }

  @Test func aPointOpensItsRegion() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      try bench.write(screen, [])
      try bench.writeGeometry(SyntheticCloud(names: nil).all)
      try bench.report()
      // The first point is at the middle, however the cloud is turned.
      let outcome = try Browser.open(
        bench.path("report/index.html"), "rest", "#space", "0.5", "0.5", "read", "#space-point", "click", "#space",
        "0.5",
        "0.5", "read", "#words h3", "evaluate", "location.hash", "click", "#close", "0.5", "0.5", "click",
        "svg [data-place='0.down.8.24']", "0.5", "0.5", "read", "#words h3")
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      #expect(
        outcome.found == [
          "layer 0 down, row 8, column 24, maximum · lobe by phi: none", "rows 8–15, columns 24–31",
          "#region=0.down.8.24", "rows 8–15, columns 24–31",
        ], "\(outcome.found)")
    }
  }

  @Test func hostileNamesAreTexts() throws {
    try ReportBench.run { bench in
      let attack = "</script><img src=x onerror=alert(1)>"
      let cloud = SyntheticCloud(
        names: { $0 % 2 == 0 ? "\(attack) \($0)" : "\u{600}<svg/onload=alert(2)> {{{data}}} \($0)" },
        relations: [attack, "\" onload=\"x"])
      try bench.writeCloud(cloud.all, source: attack)
      try bench.reportOfCloud()
      let page = try bench.page()
      #expect(!page.contains("<img") && page.components(separatedBy: "<script").count == 1 + 2)
      for name in try bench.reportFiles() where name.hasSuffix(".svg") {
        let text = try String(contentsOfFile: bench.path("report/" + name), encoding: .utf8)
        #expect(!text.contains("<img") && !text.contains("<svg/") && !text.contains("<script"), "\(name)")
      }
      let outcome = try Browser.open(
        bench.path("report/index.html"), "rest", "#space", "0.5", "0.5", "read", "#space-point", "evaluate",
        "String(document.querySelectorAll('img, [onerror], [onload]').length)")
      #expect(outcome.problems.isEmpty && outcome.requests.isEmpty, "\(outcome.problems) \(outcome.requests)")
      #expect(outcome.found == ["\(attack) 0 · lobe by phi: none", "0"], "\(outcome.found)")
    }
  }
}

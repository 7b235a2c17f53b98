import Archive
import Drawing
import Foundation
import FoundationXML
import Perturbations
import Report
import TestSupport
import Testing

/// What is on the page and beside it.
@Suite(.serialized) struct PageTests {
  private static let figures = [
    "bias", "bias-extremes", "classes", "classes_by_state", "complementarity", "enrichment", "maps", "overlap-jaccard",
    "overlap-layer-correlation",
    "overlap-region-correlation", "profiles", "sensitivity", "sensitivity-by-kind", "sensitivity-by-task",
    "severity-answers-lost", "severity-cosine", "severity-divergence", "severity-edit-distance",
    "severity-log-perplexity-change", "severity-map-0", "severity-map-1", "tasks",
  ]

  @Test(arguments: Palette.allCases) func everyAnalysisIsShown(_ palette: Palette) throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      try bench.write(screen, SyntheticGroups(screen: screen).all)
      let outcome = try bench.report(palette: palette)
      #expect(outcome.figureCount == Self.figures.count && outcome.page == bench.path("report/index.html"))
      #expect(try bench.reportFiles() == (Self.figures.map { $0 + ".svg" } + ["index.html"]).sorted())
      let page = try bench.page()
      #expect(page.utf8.count == outcome.pageBytes && page.contains("data-palette=\"\(palette.rawValue)\""))
      for name in Self.figures { #expect(page.contains("id=\"figure-\(name)\""), "\(name)") }
      // So small a screen has its texts on the page: all that differ, and those of silent regions that a finding names.
      #expect(outcome.regionCount >= screen.sensitiveRegionCount)
      for words in [
        "<b>Figure 22.</b>", "Regions of one task", "different continuations of non-silent mutants in classes",
        "How bias was tested.", "verse: king, queen", "the queen", "layer 1 up, rows 0 and 1",
        "1.0·10⁻⁹", "2 mutations are destructive", "model: m", "half-split",
      ] {
        #expect(page.contains(words), "\(words)")
      }
      #expect(!page.contains("{{") && !page.contains("Optional("))
    }
  }

  @Test func drawingsAreSound() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      try bench.write(screen, SyntheticGroups(screen: screen).all)
      try bench.report()
      for name in try bench.reportFiles() where name.hasSuffix(".svg") {
        let data = try Data(contentsOf: URL(fileURLWithPath: bench.path("report/" + name)))
        #expect(XMLParser(data: data).parse(), "\(name)")
        let text = String(decoding: data, as: UTF8.self)
        #expect(!text.contains("var(") && !text.contains("nan") && !text.contains("inf"), "\(name)")
      }
    }
  }

  @Test func whatWasNotAnalysedIsLeftOut() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      try bench.write(screen, SyntheticGroups(screen: screen).all.filter { $0.name == "tasks" })
      try bench.report()
      #expect(try bench.reportFiles() == ["index.html", "maps.svg", "tasks.svg"])
      let page = try bench.page()
      #expect(page.contains("<section id=\"tasks\">") && !page.contains("<section id=\"bias\">"))
    }
  }

  @Test(arguments: ["sensitivity", "bias", "enrichment", "overlap", "classes", "writers"])
  func whatLacksAColumnIsRefused(_ name: String) throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      let groups = SyntheticGroups(screen: screen).all.map { group in
        guard group.name == name else { return group }
        return AnalysisGroup(name: name, comment: "", dimensions: group.dimensions, variables: [])
      }
      try bench.write(screen, groups)
      // A figure of the overlap is left out with its measure.
      guard name != "overlap" else { return try #require(bench.refusal() == nil) }
      let refusal = bench.refusal() ?? "accepted"
      #expect(refusal.contains("the analysis \(name) of") && refusal.contains("locus analyze"), "\(refusal)")
      #expect(!FileManager.default.fileExists(atPath: bench.path("report")))
    }
  }

  @Test func filesThatDoNotBelongTogetherAreRefused() throws {
    try ReportBench.run { bench in
      try bench.write(SyntheticScreen(), [], planSHA256: "another")
      #expect(bench.refusal()?.contains("analysis of another screen") == true)
      var part = SyntheticScreen()
      part.part = .init(index: 1, of: 2, firstMutation: 0, planMutationCount: 500)
      try bench.write(part, [])
      #expect(bench.refusal()?.contains("it is part 1 of 2") == true)
      #expect(!FileManager.default.fileExists(atPath: bench.path("report")))
    }
  }

  @Test func onlyItsOwnFilesAreReplaced() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      let groups = SyntheticGroups(screen: screen).all
      try bench.write(screen, groups.filter { ["tasks", "bias"].contains($0.name) })
      try bench.report()
      try Data("mine".utf8).write(to: URL(fileURLWithPath: bench.path("report/note.svg")))
      try bench.write(screen, groups.filter { $0.name == "tasks" })
      try bench.report()
      #expect(try bench.reportFiles() == ["index.html", "maps.svg", "note.svg", "tasks.svg"])

      for name in ["index.html", "tasks.svg"] {
        try Data("mine".utf8).write(to: URL(fileURLWithPath: bench.path("report/" + name)))
        #expect(bench.refusal()?.contains("report/\(name) is there and was not made by locus report") == true)
        #expect(try String(contentsOfFile: bench.path("report/" + name), encoding: .utf8) == "mine")
        try FileManager.default.removeItem(atPath: bench.path("report/" + name))
      }
      try FileManager.default.removeItem(atPath: bench.path("report"))
      try Data("mine".utf8).write(to: URL(fileURLWithPath: bench.path("report")))
      #expect(bench.refusal()?.contains("it is a file") == true)
    }
  }

  @Test func aScreenWithoutTextsOrVerdictsIsShown() throws {
    try ReportBench.run { bench in
      var screen = SyntheticScreen()
      screen.hasTexts = false
      screen.kinds = [.zero]
      screen.inputs = [("only", "")]
      screen.prompts = ["Once"]
      screen.baselines = [""]
      try bench.write(screen, SyntheticGroups(screen: screen).all.filter { $0.name == "sensitivity" })
      #expect(try bench.report().figureCount == 2)
    }
  }
}

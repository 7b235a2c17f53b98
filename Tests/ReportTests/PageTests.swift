import Archive
import Drawing
import Findings
import FindingsSupport
import Foundation
import FoundationXML
import Perturbations
import Report
import Testing
import TestSupport

/// What is on the page and beside it.
@Suite(.serialized) struct PageTests {
  /// The names of the figures that the analyses show of some groups of a screen.
  private static func figures(_ groups: [AnalysisGroup], _ bench: ReportBench) throws -> [String] {
    let file = try ResultsFile(path: bench.path("screen.h5"))
    let context = try ScreenContext(file, palette: .paper)
    try file.close()
    return try groups.flatMap { group in
      let type = try #require(Analyses.ofScreen.first { $0.name == group.name }, "\(group.name)")
      let reader = GroupReader(group: group, path: "screen.analysis.h5")
      let exhibit = try type.exhibit(reader, context)
      return exhibit.map { $0.figures.map(\.name) + ($0.set?.parts.map(\.name) ?? []) } ?? []
    }
  }

  @Test(arguments: Palette.allCases) func everyAnalysisIsShown(_ palette: Palette) throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen.telling
      let groups = try SyntheticGroups(screen: screen).all
      // The control was not screened; of all others there is something to see.
      #expect(groups.count == Analyses.ofScreen.count - 1)
      try bench.write(screen, groups)
      let outcome = try bench.report(palette: palette)
      let figures = try Self.figures(groups, bench) + ["maps"]
      #expect(Set(figures).count == figures.count && figures.count >= 20, "\(figures)")
      #expect(outcome.figureCount == figures.count && outcome.page == bench.path("report/index.html"))
      #expect(try bench.reportFiles() == (figures.map { $0 + ".svg" } + ["index.html"]).sorted())
      let page = try bench.page()
      #expect(page.utf8.count == outcome.pageBytes && page.contains("data-palette=\"\(palette.rawValue)\""))
      for name in figures { #expect(page.contains("id=\"figure-\(name)\""), "\(name)") }
      // The maps of severity are one figure.
      let numbered = figures.filter { !$0.hasPrefix("severity-map-") }.count + 1
      #expect(numbered < figures.count && !page.contains("<b>Figure \(numbered + 1).</b>"))
      for number in 1...numbered { #expect(page.contains("<b>Figure \(number).</b>"), "\(number)") }
      // What each analysis says is there as it is in the file, and so is its method.
      for group in groups {
        for words in group.findings + [group.comment] { #expect(page.contains(Markup(words).text), "\(words)") }
      }
      for words in [
        "Regions of one task", "different continuations of non-silent mutants in classes", "model: m", "half-split",
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
      let groups = try SyntheticGroups(screen: screen).all.map { group in
        guard group.name == name else { return group }
        return AnalysisGroup(name: name, comment: "", dimensions: group.dimensions, variables: [])
      }
      try bench.write(screen, groups)
      // A figure of the overlap is left out with its measure.
      guard name != "overlap" else { return try #require(bench.refusal() == nil) }
      let refusal = bench.refusal() ?? "accepted"
      #expect(refusal.contains("cannot show \(name) of") && refusal.contains("locus analyze"), "\(refusal)")
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
      let groups = try SyntheticGroups(screen: screen).all
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

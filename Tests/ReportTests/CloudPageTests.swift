import Archive
import Drawing
import FindingsSupport
import Foundation
import FoundationXML
import Report
import Testing
import TestSupport

/// What the page shows of a cloud, with a screen and without.
@Suite(.serialized) struct CloudPageTests {
  private static let figures = [
    "cloud", "crystals-cosine", "crystals-deviation", "crystals-drawn", "galaxy-participation", "galaxy-slope",
    "galaxy-spectrum", "lobes-accuracy", "lobes-cofiring", "lobes-mutual-information", "lobes-rand-index",
    "lobes-task-agreement", "lobes-tasks",
  ]

  @Test(arguments: Palette.allCases) func aCloudWithoutAScreen(_ palette: Palette) throws {
    try ReportBench.run { bench in
      try bench.writeCloud(SyntheticCloud().all)
      let outcome = try bench.reportOfCloud(palette: palette)
      #expect(Set(try bench.reportFiles()) == Set(Self.figures.map { $0 + ".svg" } + ["index.html"]))
      #expect(outcome.figureCount == Self.figures.count && outcome.regionCount == 0)
      let page = try bench.page()
      for name in Self.figures + ["space"] { #expect(page.contains("id=\"figure-\(name)\""), "\(name)") }
      for words in [
        "report of a cloud", "vectors.json", "<b>Figure 14.</b>", "How the spectrum was fitted.", "Paris",
        "Of 303 points some are left out: 2 not finite, 1 zero.", "word 0 : word 1 as word 2 : word 3",
      ] { #expect(page.contains(words), "\(words)") }
      for words in ["{{", "Optional(", "id=\"maps\"", "id=\"viewer\"", "id=\"texts\"", "data-place=\""] {
        #expect(!page.contains(words), "\(words)")
      }
      for name in Self.figures {
        let data = try Data(contentsOf: URL(fileURLWithPath: bench.path("report/\(name).svg")))
        #expect(XMLParser(data: data).parse(), "\(name)")
        let text = String(decoding: data, as: UTF8.self)
        #expect(!text.contains("var(") && !text.contains("=\"nan") && !text.contains("=\"inf"), "\(name)")
      }
    }
  }

  @Test func aScreenWithItsCloud() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      try bench.write(screen, SyntheticGroups(screen: screen).all.filter { $0.name == "tasks" })
      try bench.writeGeometry(SyntheticCloud(names: nil).all)
      try bench.report()
      let drawings = Self.figures + ["maps", "tasks"]
      #expect(Set(try bench.reportFiles()) == Set(drawings.map { $0 + ".svg" } + ["index.html"]))
      let page = try bench.page()
      // Points of the drawing open their regions, and so do those in space.
      #expect(page.contains("data-place=\"0.down.8.24\"") && page.contains("\"places\":[\"0.down.8.24\","))
      #expect(page.contains("layer 0 down, row 8, column 24, maximum"))
    }
  }

  @Test(arguments: [
    "cloud", "galaxy", "crystals", "parallelograms", "lobes", "lobe_names", "lobe_tasks",
    "lobe_comparison", "cofiring",
  ])
  func whatLacksAColumnIsRefused(_ name: String) throws {
    try ReportBench.run { bench in
      let groups = SyntheticCloud().all
      let damaged = try #require(groups.first { $0.name == name })
      for variable in damaged.variables {
        let rest = damaged.variables.filter { $0.name != variable.name }
        try bench.writeCloud(
          groups.filter { $0.name != name } + [
            AnalysisGroup(name: name, comment: "", dimensions: damaged.dimensions, variables: rest)
          ])
        // What is missing is not needed, or named.
        guard let refusal = bench.refusal({ try $0.cloudReport() }) else { continue }
        #expect(
          refusal.contains("cannot show \(name) of") && refusal.contains("locus geometry")
            && refusal.contains(variable.name), "\(variable.name): \(refusal)")
      }
      try bench.writeCloud(
        groups.filter { $0.name != name } + [
          AnalysisGroup(name: name, comment: "", dimensions: damaged.dimensions, variables: [])
        ])
      try? FileManager.default.removeItem(atPath: bench.path("report"))
      #expect(bench.refusal { try $0.reportOfCloud() }?.contains("cannot show \(name) of") == true)
      #expect(!FileManager.default.fileExists(atPath: bench.path("report")))
    }
  }

  @Test func emptyAndOddGroupsAreShown() throws {
    try ReportBench.run { bench in
      var cloud = SyntheticCloud(count: 0)
      try bench.writeCloud([cloud.cloud])
      #expect(try bench.reportOfCloud().figureCount == 0)
      // A relation without drawings, a single point, more lobes than colours and shapes.
      cloud = SyntheticCloud(count: 1, lobes: 1, relations: ["alone"])
      try bench.writeCloud(cloud.all)
      #expect(try bench.reportOfCloud().figureCount == Self.figures.count)
      cloud = SyntheticCloud(count: 500, lobes: 99)
      try bench.writeCloud([cloud.cloud])
      #expect(try bench.reportOfCloud().figureCount == 1)
    }
  }

  @Test func anAnalysisOfAScreenNeedsItsResults() throws {
    try ReportBench.run { bench in
      try bench.writeCloud([], to: .analysis)
      let refusal = bench.refusal { try $0.reportOfCloud() } ?? "accepted"
      #expect(refusal.contains("it is the analysis of the screen 'vectors.json'; name that results file"), "\(refusal)")
    }
  }

  /// A point that is a million times as far out leaves the others where they can be told apart.
  @Test func oneFarPointDoesNotMakeACloudSmall() throws {
    let places = (0..<600).map { Double($0 % 40) - 20 } + [2e7, -2e7, 1e300]
    let view = SpaceView(
      title: "", caption: Markup(""), positions: places, names: [], places: [],
      colourings: [.init(title: "all", classes: ["all"], values: [0])])
    let text = view.json.text
    let numbers = try #require(text.split(separator: "[").dropFirst().first?.split(separator: "]").first)
    let steps = numbers.split(separator: ",").compactMap { Int($0) }
    #expect(steps.count == places.count && Set(steps.prefix(40)).count == 40)
    #expect(steps[0] < -90_000 && steps[39] > 90_000 && steps[600] > steps[39], "\(steps.suffix(4))")
  }

  /// As many points as an analysis lists at most.
  @Test func aLargeCloud() throws {
    try ReportBench.run { bench in
      try bench.writeCloud(SyntheticCloud(count: 20_000, lobes: 32).all)
      let outcome = try bench.reportOfCloud()
      #expect(outcome.pageBytes < 20_000_000, "\(outcome.pageBytes)")
      let drawn = try String(contentsOfFile: bench.path("report/cloud.svg"), encoding: .utf8)
      #expect(drawn.components(separatedBy: "<title>").count <= 3002)
    }
  }
}

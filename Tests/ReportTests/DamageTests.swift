import Archive
import FindingsSupport
import Foundation
import Report
import Testing
import TestSupport

/// Analysis files whose groups can be read and are not what a report expects: each is refused in a sentence, or what is
/// no number is left out. Fuzzing found them.
@Suite(.serialized) struct DamageTests {
  private func replaced(
    _ old: AnalysisGroup.Variable, over dimensions: [String]? = nil, values: [Double]
  ) -> AnalysisGroup.Variable {
    .init(old.name, dimensions ?? old.dimensions, old.longName, units: old.units, .numbers(values))
  }

  /// A group in which some variables are others.
  private func group(
    _ old: AnalysisGroup, _ dimensions: [AnalysisGroup.Dimension]? = nil,
    _ change: (AnalysisGroup.Variable) -> AnalysisGroup.Variable
  ) -> AnalysisGroup {
    AnalysisGroup(
      name: old.name, comment: old.comment, dimensions: dimensions ?? old.dimensions,
      variables: old.variables.map(change))
  }

  private func named(_ name: String, _ screen: SyntheticScreen = SyntheticScreen()) throws -> AnalysisGroup {
    try #require(try SyntheticGroups(screen: screen).group(name))
  }

  @Test func profilesOfNoKindAreRefused() throws {
    try ReportBench.run { bench in
      let profiles = try named("profiles")
      let damaged = group(profiles, profiles.dimensions.map { $0.name == "kind" ? .init("kind", length: 0) : $0 }) {
        $0.dimensions.contains("kind") ? replaced($0, values: []) : $0
      }
      try bench.write(SyntheticScreen(), [damaged])
      let refusal = bench.refusal() ?? "accepted"
      #expect(refusal.contains("cannot show profiles of") && refusal.contains("it has no kind;"), "\(refusal)")
    }
  }

  /// A file claims them without holding a value for each.
  @Test func moreTasksThanAPageHasRoomForAreRefused() throws {
    try ReportBench.run { bench in
      let sensitivity = try named("sensitivity")
      let damaged = AnalysisGroup(
        name: sensitivity.name, comment: "",
        dimensions: [.init("combination", length: 0), .init("task", length: 1 << 20)],
        variables: sensitivity.variables.filter {
          $0.dimensions.contains("combination") && !$0.dimensions.contains("input")
        }.map { variable in
          let values: AnalysisGroup.Values =
            switch variable.values {
            case .matrices: .matrices([])
            case .kinds: .kinds([])
            default: .counts([])
            }
          return .init(variable.name, variable.dimensions, variable.longName, values)
        })
      try bench.write(SyntheticScreen(), [damaged])
      let refusal = bench.refusal() ?? "accepted"
      #expect(refusal.contains("it has 1048576 of the dimension task, too many for a page"), "\(refusal)")
    }
  }

  /// The ends of intervals are a square as well, but a smaller one.
  @Test func boundsOfOtherShapeAreRefused() throws {
    try ReportBench.run { bench in
      let overlap = try named("overlap")
      let damaged = group(overlap, overlap.dimensions + [.init("one", length: 1), .init("another", length: 1)]) {
        $0.name.hasSuffix("_low") || $0.name.hasSuffix("_high")
          ? replaced($0, over: ["one", "another"], values: [0.5]) : $0
      }
      try bench.write(SyntheticScreen(), [damaged])
      let refusal = bench.refusal() ?? "accepted"
      #expect(refusal.contains("it has no jaccard_low over input × other_input"), "\(refusal)")
    }
  }

  @Test func aSourceOfTwoLinesIsShownOnOne() throws {
    try ReportBench.run { bench in
      try bench.writeCloud([], source: "two\nlines", to: .analysis)
      let refusal = bench.refusal { try $0.reportOfCloud() } ?? "accepted"
      #expect(refusal.contains("the screen 'two\\nlines'; name that results file"), "\(refusal)")
    }
  }

  @Test func overlapsOfManyInputsAreNotDrawn() throws {
    try ReportBench.run { bench in
      var screen = SyntheticScreen()
      screen.shapes = [(.q, 8, 8)]
      screen.inputs = (0..<401).map { ("input \($0)", "task \($0 % 2)") }
      screen.prompts = screen.inputs.map(\.0)
      screen.baselines = screen.inputs.map(\.0)
      try bench.write(screen, [named("overlap", screen)])
      try bench.report()
      #expect(try bench.reportFiles() == ["index.html", "maps.svg"])
      let page = try bench.page()
      #expect(page.contains("too many for a drawing of each two") && page.contains("share most non-silent mutations"))
    }
  }

  @Test func sharesThatAreNoNumbersComeLast() throws {
    try ReportBench.run { bench in
      var screen = SyntheticScreen()
      screen.inputs = [("a", "first"), ("b", "second"), ("c", "third")]
      let tasks = group(try named("tasks", screen)) {
        $0.name == "share" ? replaced($0, values: [0.25, .nan, 0.5]) : $0
      }
      try bench.write(screen, [tasks])
      try bench.report()
      let drawn = try String(contentsOfFile: bench.path("report/tasks.svg"), encoding: .utf8)
      let places = ["third", "first", "second"].compactMap { drawn.range(of: ">\($0)<")?.lowerBound }
      #expect(places.count == 3 && places == places.sorted())
    }
  }

  @Test func pointsWithoutAPlaceAreLeftOut() throws {
    try ReportBench.run { bench in
      let cloud = SyntheticCloud(count: 60).cloud
      let damaged = group(cloud) { variable in
        guard variable.name == "position", case .numbers(var values) = variable.values else { return variable }
        (values[3], values[6], values[10]) = (.nan, .infinity, -.infinity)
        return replaced(variable, values: values)
      }
      try bench.writeCloud([damaged])
      try bench.reportOfCloud()
      #expect(try bench.page().contains("3 points are too far out, or nowhere, to be in the drawing."))
      let drawn = try String(contentsOfFile: bench.path("report/cloud.svg"), encoding: .utf8)
      #expect(drawn.components(separatedBy: "<title>").count == 1 + 1 + 57)
    }
  }
}

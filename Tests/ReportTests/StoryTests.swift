import Archive
import Drawing
import Findings
import FindingsSupport
import Report
import Testing
import TestSupport

/// What a page begins with: what was found, what was not, and how sure that is.
@Suite(.serialized) struct StoryTests {
  @Test func threeSentencesSayWhatTheTestsSay() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen.telling
      let groups = try SyntheticGroups(screen: screen).all
      try bench.write(screen, groups)
      try bench.report()
      let page = try bench.page()
      let tallies = groups.flatMap(\.tallies).filter { $0.tests > 0 }
      let (tests, findings) = (tallies.reduce(0) { $0 + $1.tests }, tallies.reduce(0) { $0 + $1.findings })
      #expect(tests > 100 && findings > 1)
      #expect(page.contains("\(Numeral.count(findings)) of \(Numeral.count(tests)) tests are findings"))
      // What is told first is what arithmetic does not explain, and of equals what has the most findings.
      func order(_ tally: TestTally) -> (Int, Int) {
        (FindingFamily.Name(rawValue: tally.family)?.rank ?? .max, -tally.findings)
      }
      let most = try #require(tallies.filter { $0.findings > 0 }.min { order($0) < order($1) })
      #expect(!most.strongest.isEmpty)
      let counts = "\(Numeral.count(most.findings)) of \(Numeral.count(most.tests))"
      let name = try #require(FindingFamily.Name(rawValue: most.family))
      let words = name.words.prefix(1).lowercased() + name.words.dropFirst()
      #expect(page.contains(Markup("tests are findings — \(words): \(counts), above all \(most.strongest)").text))
      // The table has every family without findings, and none that has one.
      let parts = page.components(separatedBy: "<caption>Tested, nothing found</caption>")
      let table = try #require(parts.last?.components(separatedBy: "</table>").first)
      #expect(parts.count == 2 && tallies.contains { $0.findings == 0 })
      for tally in tallies {
        let words = try #require(FindingFamily.Name(rawValue: tally.family)).words
        #expect(table.contains(Markup(words).text) == (tally.findings == 0), "\(words)")
      }
    }
  }

  @Test func whatHasNothingIsFolded() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen.telling
      let groups = try SyntheticGroups(screen: screen).all.filter { ["bias", "tasks"].contains($0.name) }
      let tallies = [
        [TestTally(family: "bias", findings: 0, tests: 7)], [.init(family: "bias", findings: 1, tests: 7)],
      ]
      for own in tallies {
        try bench.write(screen, groups.map { $0.name == "bias" ? $0.saying($0.findings, own) : $0 })
        try bench.report()
        let section = try #require(try bench.page().components(separatedBy: "<section id=\"bias\">").last)
        let head = try #require(section.components(separatedBy: "</summary>").first)
        let isFolded = own[0].findings == 0
        #expect(head.contains("<details class=\"chapter\" open>") == !isFolded, "\(head)")
        #expect(head.contains("nothing found in 7 tests") == isFolded, "\(head)")
      }
    }
  }

  /// A file of an earlier version says its sentences, and no more is made of them.
  @Test func withoutTalliesThereIsNoStory() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen.telling
      let groups = try SyntheticGroups(screen: screen).all
      try bench.write(screen, groups.map { $0.saying($0.findings) })
      try bench.report()
      let page = try bench.page()
      #expect(!page.contains("class=\"story\"") && !page.contains("nothing found"))
      for sentence in groups.flatMap(\.findings) { #expect(page.contains(Markup(sentence).text), "\(sentence)") }
    }
  }

  @Test func damagedTalliesAreRefused() throws {
    try ReportBench.run { bench in
      let screen = SyntheticScreen()
      let groups = try SyntheticGroups(screen: screen).all.filter { $0.name == "tasks" }
      try bench.write(screen, groups.map { $0.saying([], [TestTally(family: "bias", findings: 8, tests: 7)]) })
      #expect(bench.refusal()?.contains("counts of tests that do not fit each other; the file is damaged") == true)
    }
  }
}

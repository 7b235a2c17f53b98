import Archive
import Drawing
import Findings
import Statistics

/// What a page begins with: three sentences of what was found, what was not, and how sure that is.
struct Story: Sendable {
  /// A family of tests, and the section that shows it.
  struct Family: Sendable {
    let tally: TestTally
    /// The name of the section; nil where there is none.
    let section: String?

    private var name: FindingFamily.Name? { FindingFamily.Name(rawValue: tally.family) }
    /// How soon it is told; a family of another version comes last.
    var rank: Int { name?.rank ?? .max }
    /// What its tests look for.
    var words: String { name?.words ?? tally.family }
    /// What they are tested against; a family of another version is not known.
    var null: String { name?.null ?? "–" }
  }

  /// Families that a sentence names at most.
  private static let namedCount = 3

  /// Families with findings: the most telling first, and of equals those with the most findings.
  let found: [Family]
  /// Families without findings, in the order of the page.
  let empty: [Family]
  /// What was screened, in words: "2,000 mutations on 8 inputs by maximum, minimum, zero".
  private let scope: String

  /// nil where no tests were made, or where the file does not say which.
  init?(_ chapters: [Chapter], scope: String) {
    let families = chapters.flatMap { chapter in
      chapter.tallies.map { Family(tally: $0, section: chapter.exhibit?.name) }
    }
    guard !families.isEmpty else { return nil }
    found = families.filter { $0.tally.findings > 0 }.enumerated().sorted {
      ($0.element.rank, $1.element.tally.findings, $0.offset) < ($1.element.rank, $0.element.tally.findings, $1.offset)
    }.map(\.element)
    empty = families.filter { $0.tally.findings == 0 }
    self.scope = scope
  }

  private var testCount: Int { (found + empty).reduce(0) { $0 + $1.tally.tests } }
  private var findingCount: Int { found.reduce(0) { $0 + $1.tally.findings } }

  /// The three sentences, each behind the word that it answers.
  var sentences: [(head: String, text: String)] {
    [("Found", foundSentence), ("Not found", emptySentence), ("How sure", sureSentence)]
  }

  private var foundSentence: String {
    let all = Numeral.items(testCount, "test")
    guard !found.isEmpty else { return "Nothing stands out beyond chance: none of \(all) is a finding." }
    let named = found.prefix(Story.namedCount).map { family in
      let strongest = family.tally.strongest.isEmpty ? "" : ", above all \(family.tally.strongest)"
      return "\(Story.lowered(family.words)): \(Numeral.count(family.tally.findings)) of "
        + "\(Numeral.count(family.tally.tests))\(strongest)"
    }
    return "\(Numeral.count(findingCount)) of \(all) \(findingCount == 1 ? "is a finding" : "are findings") — "
      + named.joined(separator: "; ") + Story.rest(found.count) + "."
  }

  private var emptySentence: String {
    guard !empty.isEmpty else { return "Every family of tests has findings; none came out empty." }
    let most = empty.enumerated().sorted { ($1.element.tally.tests, $0.offset) < ($0.element.tally.tests, $1.offset) }
    let named = most.prefix(Story.namedCount).map { _, family in
      "\(Story.lowered(family.words)) (\(Numeral.items(family.tally.tests, "test")))"
    }
    return "No " + named.joined(separator: "; no ") + Story.rest(empty.count)
      + "; what is rarer or weaker than these tests can see may be there all the same."
  }

  private var sureSentence: String {
    let level = Numeral.share(FalseDiscoveryRate.level)
    let most = max(1, Int((FalseDiscoveryRate.level * Double(findingCount)).rounded(.up)))
    let falseOnes =
      findingCount == 0
      ? ""
      : ", so that of \(Numeral.items(findingCount, "finding")) about \(Numeral.count(most)) at most "
        + "\(most == 1 ? "is" : "are") expected to be false"
    let families = Numeral.items(found.count + empty.count, "family", "families")
    return "Each of \(families) of tests has a null of its own and is held to a false discovery rate of "
      + "\(level)\(falseOnes); all is of \(scope), and another choice of these may find something else."
  }

  private static func rest(_ count: Int) -> String {
    count > namedCount ? "; and \(Numeral.count(count - namedCount)) more below" : ""
  }

  /// The words with a small letter at the beginning.
  private static func lowered(_ words: String) -> String { words.prefix(1).lowercased() + words.dropFirst() }
}

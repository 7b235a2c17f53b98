import Archive
import Drawing
import Findings

/// A section of the page: what one group of a file shows, and what it says.
struct Chapter: Sendable {
  /// What is shown; nil: the group has sentences alone.
  let exhibit: Exhibit?
  /// The name of the group, under which the page has its method; nil where it has none of its own.
  let method: String?
  /// What was found, in sentences.
  let sentences: [String]
  /// What became of its tests.
  let tallies: [TestTally]
  /// Whether there was something to test, but too little of it for any test.
  private let isTooLittle: Bool

  /// A chapter that shows something and says nothing of its own.
  init(_ exhibit: Exhibit, method: String? = nil) {
    self.init(exhibit, method: method, sentences: [], tallies: [])
  }

  init(_ exhibit: Exhibit?, method: String?, sentences: [String], tallies: [TestTally]) {
    (self.exhibit, self.method, self.sentences) = (exhibit, method, sentences)
    self.tallies = tallies.filter { $0.tests > 0 }
    isTooLittle = !tallies.isEmpty && self.tallies.isEmpty
  }

  /// The heading.
  var title: String { exhibit?.title ?? method ?? "" }
  /// The number of tests that were made.
  var testCount: Int { tallies.reduce(0) { $0 + $1.tests } }
  /// The number of tests that are findings.
  var findingCount: Int { tallies.reduce(0) { $0 + $1.findings } }
  /// Whether something was tested and nothing found.
  var isEmpty: Bool { testCount > 0 && findingCount == 0 }

  /// Why its section begins folded, in words; nil: it is open.
  var emptiness: String? {
    if isEmpty { return "nothing found in \(Numeral.items(testCount, "test"))" }
    if isTooLittle { return "too little to test" }
    guard let exhibit else { return nil }
    let isShown =
      !exhibit.figures.isEmpty || exhibit.set != nil || exhibit.space != nil || exhibit.zoom != nil
      || exhibit.tables.contains { !$0.rows.isEmpty } || exhibit.galleries.contains { !$0.entries.isEmpty }
    return isShown ? nil : "nothing to show"
  }
}

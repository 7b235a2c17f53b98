import Drawing

/// How a page begins: the story, and what was found, described, or tested in vain.
struct PageSummary {
  /// The three sentences.
  let story: [[String: TemplateValue]]
  /// The telling map that stands beside them.
  let opening: [[String: TemplateValue]]
  /// Sentences of no chapter.
  let remarks: [[String: TemplateValue]]
  /// Chapters with findings.
  let found: [[String: TemplateValue]]
  /// Sentences of chapters that test nothing.
  let described: [[String: TemplateValue]]
  /// Families of tests without findings, a table of one or none.
  let empty: [[String: TemplateValue]]
  /// Whether there is anything but the story.
  var hasFindings: Bool { ![remarks, found, described, empty].allSatisfy(\.isEmpty) }

  /// Sentences of a list that are shown before the rest is folded.
  private static let shownCount = 8

  init(chapters: [Chapter], remarks: [String], screen: ScreenSection?) {
    let story = Story(chapters, scope: screen?.scope ?? "these data")
    self.story =
      story.map { story in
        [["sentences": .list(story.sentences.map { ["head": .text($0.head), "sentence": .text($0.text)] })]]
      } ?? []
    opening = screen?.telling.map { [$0] } ?? []
    // A file of an earlier version does not say which of its sentences are findings.
    let unsorted = story == nil ? chapters.flatMap(\.sentences) : []
    self.remarks = PageSummary.list(remarks + unsorted)
    let tested = chapters.filter { $0.findingCount > 0 && !$0.sentences.isEmpty }
      .enumerated().sorted { ($1.element.findingCount, $0.offset) < ($0.element.findingCount, $1.offset) }
      .map(\.element)
    found = tested.map { chapter in
      [
        "title": .text(chapter.title), "section": chapter.exhibit.map { .text($0.name) } ?? .truth(false),
        "count": .text("\(Numeral.count(chapter.findingCount)) of \(Numeral.items(chapter.testCount, "test"))"),
        "lists": .list(PageSummary.list(chapter.sentences)),
      ]
    }
    // What could not be tested is told here too.
    described = story == nil ? [] : PageSummary.list(chapters.filter { $0.testCount == 0 }.flatMap(\.sentences))
    let rows = story?.empty ?? []
    let sentences = chapters.filter(\.isEmpty).flatMap(\.sentences)
    empty =
      rows.isEmpty
      ? []
      : [
        [
          "rows": .list(
            rows.map { family in
              [
                "words": .text(family.words), "section": family.section.map(TemplateValue.text) ?? .truth(false),
                "tests": .text(Numeral.count(family.tally.tests)), "null": .text(family.null),
              ]
            }), "lists": .list(PageSummary.list(sentences, shown: 0)),
        ]
      ]
  }

  /// A list whose first sentences are shown and whose others are folded; none where there are no sentences.
  private static func list(_ sentences: [String], shown: Int = shownCount) -> [[String: TemplateValue]] {
    guard !sentences.isEmpty else { return [] }
    // A list that is hardly longer is shown whole.
    let count = sentences.count <= shown + 2 && shown > 0 ? sentences.count : shown
    let rest = sentences.dropFirst(count)
    let more: [[String: TemplateValue]] =
      rest.isEmpty
      ? []
      : [
        [
          "label": .text(
            count > 0 ? "\(Numeral.items(rest.count, "more sentence"))" : "What these analyses say in full"),
          "start": .text("\(count + 1)"), "sentences": .list(rest.map { ["sentence": .text($0)] }),
        ]
      ]
    return [["first": .list(sentences.prefix(count).map { ["sentence": .text($0)] }), "more": .list(more)]]
  }
}

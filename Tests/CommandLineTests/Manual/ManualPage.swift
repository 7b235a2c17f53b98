import TestSupport

/// A page of the manual as the program prints it, and the names that its items explain.
///
/// An item begins with what it explains, as in "- `q`, `k` [layer]: queries and keys". Names in braces stand for each
/// of them: `{row,column}_share` is `row_share` and `column_share`.
struct ManualPage {
  /// A heading and the names that are explained below it.
  struct Section {
    let title: String
    fileprivate(set) var names: [String] = []
  }

  let text: String
  let sections: [Section]

  /// Asks the program for the page of a topic.
  init(_ topic: String) throws {
    text = try Program.locus.run(["manual", topic]).output
    sections = ManualPage.sections(of: text)
  }

  /// All names that are explained.
  var names: [String] { sections.flatMap(\.names) }

  /// The names below a heading; none where there is no such heading.
  func names(below title: String) -> [String] { sections.first { $0.title == title }?.names ?? [] }

  /// Addresses in files: below a heading such as "/phenotype" those of its members, and of its attributes, which begin
  /// with an at sign. An attribute below any other heading is one that everything may have, and a name that begins
  /// with a slash is an address itself.
  var addresses: [String] {
    sections.flatMap { section in
      section.names.compactMap { name in
        if name.hasPrefix("/") { return name }
        guard section.title.hasPrefix("/") else { return name.hasPrefix("@") ? "*\(name)" : nil }
        if name.hasPrefix("@") { return section.title + name }
        return (section.title == "/" ? "" : section.title) + "/" + name
      }
    }
  }

  // MARK: Reading

  private static func sections(of text: String) -> [Section] {
    var sections: [Section] = []
    var item: String?
    func end() {
      if let item { sections[sections.count - 1].names += names(of: item) }
      item = nil
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#") {
        end()
        sections.append(Section(title: line.drop { $0 == "#" || $0 == " " }.description))
      } else if line.hasPrefix("- ") {
        end()
        item = String(line.dropFirst(2))
      } else if line.hasPrefix("  "), item != nil {
        item? += " " + line.drop { $0 == " " }
      } else {
        end()
      }
    }
    end()
    return sections
  }

  /// The names in front of an item's colon; none where it begins with anything else.
  private static func names(of item: String) -> [String] {
    guard let head = item.prefixMatch(of: #/(`[^`]+`(?:, `[^`]+`)*)(?: \[[^\]]*\])?:/#)?.1 else { return [] }
    return head.matches(of: #/`([^`]+)`/#).flatMap { expanded(String($0.1)) }
  }

  /// A name for each way to choose one word from each pair of braces.
  private static func expanded(_ name: String) -> [String] {
    guard let braces = name.firstMatch(of: #/\{([^}]*)\}/#) else { return [name] }
    return braces.1.split(separator: ",", omittingEmptySubsequences: false).flatMap { word in
      expanded(name.replacingCharacters(in: braces.range, with: word))
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with word: Substring) -> String {
    String(self[..<range.lowerBound] + word + self[range.upperBound...])
  }
}

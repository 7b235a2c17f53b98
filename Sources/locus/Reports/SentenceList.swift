/// Sentences for the terminal, a dash before each, in lines of at most a hundred columns.
struct SentenceList {
  private static let width = 96

  let lines: [String]

  /// Continued lines are set in.
  init(_ sentences: [String]) {
    lines = sentences.flatMap { sentence in
      var lines = [""]
      for word in sentence.split(separator: " ") {
        if lines[lines.count - 1].count + word.count > SentenceList.width { lines.append("") }
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
      }
      return lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
    }
  }
}

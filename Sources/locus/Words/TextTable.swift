/// Columns of text for the terminal, padded to their widest cells.
struct TextTable {
  enum Alignment {
    case left
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]

  init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.title)]
  }

  mutating func add(_ cells: [String]) {
    precondition(cells.count == alignments.count, "a cell for each column")
    rows.append(cells)
  }

  /// The lines, indented by two.
  var lines: [String] {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return alignments[column] == .left ? row[column] + padding : padding + row[column]
      }
      return "  " + cells.joined(separator: "  ").trimmingTrailingSpaces
    }
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// This foreign text fit for a terminal: on one line, without control characters, and cut to `limit` characters.
  func shown(limit: Int = 60) -> String {
    let scalars = unicodeScalars.prefix(4 * limit).map { scalar -> Character in
      let isUnfit = [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
      return isUnfit ? "?" : Character(scalar)
    }
    let text = String(scalars)
    return text.count > limit ? text.prefix(limit - 1) + "…" : text
  }
}

/// A picture made of marks, in pixels from its upper left corner.
struct Drawing: Sendable {
  static let fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif"

  let width: Double
  let height: Double
  /// What it shows, for those who do not see it.
  let description: String
  var marks: [Mark]

  /// For the page, whose style sheet has the colours.
  var inPage: Markup { Markup(made: text(root: "role=\"img\"", colour: { "var(--\($0.rawValue))" })) }

  /// For a file of its own.
  func inFile(_ palette: Palette) -> String {
    let root = "xmlns=\"http://www.w3.org/2000/svg\" font-family=\"\(Markup(Drawing.fonts).text)\""
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + ReportFolder.signature + "\n"
      + text(root: root, colour: { palette.colour($0) }) + "\n"
  }

  private func text(root: String, colour: (Paint.Role) -> String) -> String {
    var text =
      "<svg \(root) width=\"\(width.svg)\" height=\"\(height.svg)\" viewBox=\"0 0 \(width.svg) \(height.svg)\">"
    text += "<title>\(Markup(description).text)</title>"
    for mark in marks { mark.write(to: &text, colour: colour) }
    return text + "</svg>"
  }
}

/// A drawing with its words: one figure of the report, and one file beside it.
struct Figure: Sendable {
  /// Name of its file, without the extension: lower-case words with hyphens.
  let name: String
  let title: String
  /// What is to be seen, in sentences; harmless markup.
  let caption: Markup
  let drawing: Drawing
}

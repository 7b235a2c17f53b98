/// A picture made of marks, in pixels from its upper left corner.
public struct Drawing: Sendable {
  /// The fonts of all text, in CSS.
  public static let fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif"

  /// The picture's width in pixels.
  public let width: Double
  /// The picture's height in pixels.
  public let height: Double
  /// What it shows, for those who do not see it.
  public let description: String
  /// The marks, the later ones on top.
  public var marks: [Mark]

  /// Takes the marks and the size that they need, in pixels.
  public init(
    width: Double, height: Double, description: String, marks: [Mark]
  ) {
    self.width = width
    self.height = height
    self.description = description
    self.marks = marks
  }

  /// For the page, whose style sheet has the colours.
  public var inPage: Markup { Markup(made: text(root: "role=\"img\"", colour: { "var(--\($0.rawValue))" })) }

  /// For a file of its own, which begins with `signature`, a comment that says who made it.
  public func inFile(_ palette: Palette, signature: String) -> String {
    let root = "xmlns=\"http://www.w3.org/2000/svg\" font-family=\"\(Markup(Drawing.fonts).text)\""
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + signature + "\n"
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

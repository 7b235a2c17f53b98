/// A drawing with its words: one figure of the report, and one file beside it.
public struct Figure: Sendable {
  /// Name of its file, without the extension: lower-case words with hyphens.
  public let name: String
  /// The figure's title.
  public let title: String
  /// What is to be seen, in sentences; harmless markup.
  public let caption: Markup
  /// What it shows.
  public let drawing: Drawing

  /// Takes a drawing and its words.
  public init(
    name: String, title: String, caption: Markup, drawing: Drawing
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.drawing = drawing
  }
}

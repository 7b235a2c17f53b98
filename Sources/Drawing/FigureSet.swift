/// Drawings of a kind of which a page shows one at a time: the reader chooses it by its title.
public struct FigureSet: Sendable {
  /// One of the drawings.
  public struct Part: Sendable {
    /// Name of its file, without the extension: lower-case words with hyphens.
    public let name: String
    /// What it is chosen by.
    public let title: String
    /// What it shows.
    public let drawing: Drawing
    /// What it shows as comma-separated values; empty: what the tips of its marks say.
    public let data: String

    /// Takes a drawing and its names, and what it shows as a table of numbers and plain words.
    public init(name: String, title: String, drawing: Drawing, data: String = "") {
      self.name = name
      self.title = title
      self.drawing = drawing
      self.data = data
    }
  }

  /// The heading.
  public let title: String
  /// What is to be seen, in sentences; harmless markup.
  public let caption: Markup
  /// What is chosen among, such as "Matrix".
  public let label: String
  /// The drawings in the order of the choice.
  public let parts: [Part]
  /// The place of the one that is shown first.
  public let first: Int
  /// Whether the drawings are steps along a scale, which a slider goes through.
  public let isScale: Bool

  /// Takes the drawings, of which there is one at least.
  public init(title: String, caption: Markup, label: String, parts: [Part], first: Int = 0, isScale: Bool = false) {
    precondition(parts.indices.contains(first), "a drawing that is shown first")
    self.title = title
    self.caption = caption
    self.label = label
    self.parts = parts
    self.first = first
    self.isScale = isScale
  }
}

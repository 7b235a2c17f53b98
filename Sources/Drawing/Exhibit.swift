/// What the report shows of one analysis: a section of the page.
public struct Exhibit: Sendable {
  /// Name of the section in links: lower-case words with hyphens.
  public let name: String
  /// The heading.
  public let title: String
  /// Harmless markup.
  public let introduction: Markup
  /// The figures, in the order in which they are shown.
  public var figures: [Figure] = []
  /// After the figures.
  public var space: SpaceView?
  /// Before the figures.
  public var zoom: ZoomView?
  /// Behind the figures: drawings of which one is shown at a time.
  public var set: FigureSet?
  /// The tables behind the figures.
  public var tables: [Table] = []
  /// Texts to read behind the tables.
  public var galleries: [Gallery] = []
  /// What a page without a screen begins with: how much there is of what.
  public var numbers: [(name: String, value: String)] = []
  /// Regions whose texts the page should have, the most wanted first.
  public var places: [Link] = []

  /// Begins with the words; figures, tables and sentences can be added.
  public init(
    name: String, title: String, introduction: Markup, figures: [Figure] = [], space: SpaceView? = nil,
    tables: [Table] = [], galleries: [Gallery] = [],
    numbers: [(name: String, value: String)] = [], places: [Link] = []
  ) {
    self.name = name
    self.title = title
    self.introduction = introduction
    self.figures = figures
    self.space = space
    self.tables = tables
    self.galleries = galleries
    self.numbers = numbers
    self.places = places
  }
}

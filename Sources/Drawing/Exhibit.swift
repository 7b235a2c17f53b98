/// What the report shows of one analysis: a section of the page.
struct Exhibit: Sendable {
  /// Name of the section in links: lower-case words with hyphens.
  let name: String
  let title: String
  /// Harmless markup.
  let introduction: Markup
  var figures: [Figure] = []
  /// After the figures.
  var space: SpaceView?
  var tables: [Table] = []
  var galleries: [Gallery] = []
  /// What is most telling, in sentences for the summary.
  var findings: [Markup] = []
  /// What a page without a screen begins with: how much there is of what.
  var numbers: [(name: String, value: String)] = []
  /// Regions whose texts the page should have, the most wanted first.
  var places: [Place] = []
}

/// Rows of cells under titles.
struct Table: Sendable {
  enum Cell: Sendable {
    case text(String)
    /// Stands at the right.
    case number(String)
    /// Opens the region.
    case place(Place)
    /// What a model says.
    case saying(String)
  }

  let title: String
  /// Whether the column is of numbers.
  let columns: [(title: String, isNumber: Bool)]
  let rows: [[Cell]]
  /// What is left out, if anything.
  var note = ""
}

/// Texts in groups.
struct Gallery: Sendable {
  struct Sample: Sendable {
    /// What the text answers to.
    let input: String
    let baseline: String
    let text: String
    let place: Place?
    let note: String
  }

  struct Entry: Sendable {
    let title: String
    let note: String
    let samples: [Sample]
  }

  let entries: [Entry]
}

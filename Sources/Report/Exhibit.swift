/// What the report shows of one analysis: a section of the page.
struct Exhibit: Sendable {
  /// Name of the section in links: lower-case words with hyphens.
  let name: String
  let title: String
  /// Harmless markup.
  let introduction: Markup
  var figures: [Figure] = []
  var tables: [Table] = []
  var galleries: [Gallery] = []
  /// What is most telling, in sentences for the summary.
  var findings: [Markup] = []
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

/// What figures need to know besides their group.
struct ReportContext: Sendable {
  /// Those of the screen.
  let ids: [String]
  let tasks: [String]
  let prompts: [String]
  let baselines: [String]
  /// The choice of the baseline and the right one, `LetterChoice.none` where there is none.
  let choices: [(baseline: UInt8, right: UInt8)]
  let maps: ScreenMaps
  /// Of what cannot change its colours.
  let palette: Palette

  /// Below this a finding, adjusted for their number, counts as beyond chance: the level of each family of tests.
  static let level = 0.01

  /// The inputs with those of one task together, tasks in the order in which they come first, and where a task begins.
  var inputsByTask: (order: [Int], breaks: Set<Int>) {
    var names: [String] = []
    for task in tasks where !names.contains(task) { names.append(task) }
    var order: [Int] = []
    var breaks: Set<Int> = []
    for name in names {
      if !order.isEmpty { breaks.insert(order.count) }
      order += tasks.indices.filter { tasks[$0] == name }
    }
    return (order, breaks)
  }
}

/// Rows of cells under titles.
public struct Table: Sendable {
  /// One cell.
  public enum Cell: Sendable {
    /// A text.
    case text(String)
    /// Stands at the right.
    case number(String)
    /// Opens the region.
    case place(Link)
    /// What a model says.
    case saying(String)
  }

  /// The table's title.
  public let title: String
  /// Whether the column is of numbers.
  public let columns: [(title: String, isNumber: Bool)]
  /// The rows, each with a cell for each column.
  public let rows: [[Cell]]
  /// What is left out, if anything.
  public var note = ""

  /// Takes titles and rows, which have a cell for each column.
  public init(
    title: String, columns: [(title: String, isNumber: Bool)], rows: [[Cell]], note: String = ""
  ) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.note = note
  }
}

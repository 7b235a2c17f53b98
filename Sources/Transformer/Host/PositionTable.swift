/// Learned positions: position p adds row p + offset of a table.
public struct PositionTable: Equatable, Sendable {
  /// The name of the table behind the model's prefix, such as `wpe`.
  public let name: String
  /// Rows of the table.
  public let rows: Int
  /// The row of position 0.
  public let offset: Int

  /// A table that is the tensor `name.weight`, `[rows, width]`.
  public init(_ name: String, rows: Int, offset: Int = 0) {
    precondition(offset >= 0 && rows > offset, "a row for position 0")
    self.name = name
    self.rows = rows
    self.offset = offset
  }

  /// Positions that the table has rows for.
  public var positionCount: Int { rows - offset }
}

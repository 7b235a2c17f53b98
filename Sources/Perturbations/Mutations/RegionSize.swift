/// Rows and columns of regions; partial regions at the edges of a matrix are smaller.
public struct RegionSize: Equatable, Sendable, CustomStringConvertible {
  /// Rows of weights in a full region; nil: all rows of a matrix.
  public let rows: Int?
  /// Columns of weights in a full region; nil: all columns of a matrix.
  public let columns: Int?

  /// A size in elements; nil stands for all that a matrix has.
  public init(rows: Int?, columns: Int?) {
    precondition(rows ?? 1 > 0 && columns ?? 1 > 0, "a region has rows and columns")
    self.rows = rows
    self.columns = columns
  }

  /// The size in words: `64 × 64` or `all × 1`.
  public var description: String { words.joined(separator: " × ") }

  /// The size as names of files have it: `64x64`.
  public var fileName: String { words.joined(separator: "x") }

  private var words: [String] { [rows, columns].map { $0.map(String.init) ?? "all" } }

  /// Rows and columns of a full region in a matrix of this shape, `[out, in]`.
  public func extent(in shape: (rows: Int, columns: Int)) -> (rows: Int, columns: Int) {
    (min(rows ?? shape.rows, shape.rows), min(columns ?? shape.columns, shape.columns))
  }

  /// How many regions, the last ones perhaps in part, cover the rows and the columns of a matrix of this shape.
  public func blocks(of shape: (rows: Int, columns: Int)) -> (rows: Int, columns: Int) {
    let full = extent(in: shape)
    return ((shape.rows + full.rows - 1) / full.rows, (shape.columns + full.columns - 1) / full.columns)
  }
}

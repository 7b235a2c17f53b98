import Transformer

/// A named set of rows of tokens, each with the token that begins a text in front, if the model has one.
public struct TextSet: Equatable, Sendable {
  /// The name that the configuration gives it.
  public let name: String
  /// The rows, each `window` tokens long.
  public let rows: [[Int32]]
  /// Tokens at the ends of texts that fill no row, and are left out.
  public let droppedTokens: Int
  /// The id of the text that each row is of, empty where it has none; none at all where no text has one.
  public let ids: [String]

  /// Takes rows.
  public init(name: String, rows: [[Int32]], droppedTokens: Int = 0, ids: [String] = []) {
    precondition(ids.isEmpty || ids.count == rows.count, "an id of each row")
    self.name = name
    self.rows = rows
    self.droppedTokens = droppedTokens
    self.ids = ids
  }
}

extension Sequence<TextSet> {
  /// The rows of all sets, one after the other.
  public var rows: [[Int32]] { flatMap(\.rows) }
}

/// The targets of rows: their tokens but the first.
public enum Targets {
  /// The commonest targets, equally common ones by identifier.
  public static func commonest(of rows: [[Int32]], _ count: Int = 50) -> [Int32] {
    var counts: [Int32: Int] = [:]
    for row in rows { for token in row.dropFirst() { counts[token, default: 0] += 1 } }
    return counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.prefix(count).map(\.key)
  }
}

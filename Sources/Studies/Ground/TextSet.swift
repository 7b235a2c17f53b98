import Transformer

/// A named set of rows: texts as tokens, or images with their classes.
public struct TextSet: Equatable, Sendable {
  /// The name that the configuration gives it.
  public let name: String
  /// The rows; those of texts are each `window` tokens long.
  public let rows: [StudyRow]
  /// Tokens at the ends of texts that fill no row, and are left out.
  public let droppedTokens: Int
  /// The id of the text that each row is of, empty where it has none; none at all where no text has one.
  public let ids: [String]

  /// Takes rows.
  public init(name: String, rows: [StudyRow], droppedTokens: Int = 0, ids: [String] = []) {
    precondition(ids.isEmpty || ids.count == rows.count, "an id of each row")
    self.name = name
    self.rows = rows
    self.droppedTokens = droppedTokens
    self.ids = ids
  }

  /// Takes rows of tokens, each with the token that begins a text in front, if the model has one.
  public init(name: String, rows: [[Int32]], droppedTokens: Int = 0, ids: [String] = []) {
    self.init(name: name, rows: rows.map(StudyRow.text), droppedTokens: droppedTokens, ids: ids)
  }
}

extension Sequence<TextSet> {
  /// The rows of all sets, one after the other.
  public var rows: [StudyRow] { flatMap(\.rows) }
}

/// The targets of rows: the tokens of texts but the first, and the classes of images.
public enum Targets {
  /// The commonest targets, equally common ones by identifier.
  public static func commonest(of rows: [StudyRow], _ count: Int = 50) -> [Int32] {
    var counts: [Int32: Int] = [:]
    for row in rows { for token in row.targets { counts[token, default: 0] += 1 } }
    return counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.prefix(count).map(\.key)
  }
}

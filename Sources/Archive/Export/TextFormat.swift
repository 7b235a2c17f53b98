/// How a row of values is written as text.
public enum TextFormat: String, CaseIterable, Sendable {
  /// Values separated by commas, with a header (RFC 4180).
  case csv
  /// JSON Lines: one JSON object a row.
  case jsonl

  /// The format of a file by the end of its name; nil where that names none.
  public init?(fileName: String) {
    switch fileName.split(separator: ".").last?.lowercased() {
    case "csv": self = .csv
    case "jsonl", "ndjson": self = .jsonl
    default: return nil
    }
  }
}

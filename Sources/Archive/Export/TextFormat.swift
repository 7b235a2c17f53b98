/// How a row of values is written as text.
public enum TextFormat: String, CaseIterable, Sendable {
  case csv, jsonl

  /// The format that the end of a file's name says; nil where it tells none.
  public init?(fileName: String) {
    switch fileName.split(separator: ".").last?.lowercased() {
    case "csv": self = .csv
    case "jsonl", "ndjson": self = .jsonl
    default: return nil
    }
  }
}

import Foundation

/// A table in which Linux reports amounts of memory, such as /proc/self/status: a name, a number and "kB" a line.
struct SystemTable {
  private let lines: [Substring]

  /// Reads the table; nil where the system has none.
  init?(path: String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    lines = text.split(separator: "\n")
  }

  /// The bytes on the line that begins with `name`; nil where there is none.
  func bytes(_ name: String) -> Int? {
    lines.first { $0.hasPrefix(name + ":") }?
      .split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { 1024 * $0 }
  }
}

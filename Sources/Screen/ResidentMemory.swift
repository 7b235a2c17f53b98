import Foundation

/// What this process has in memory of its own and shared with its node's ranks: not the pages of mapped files.
enum ResidentMemory {
  /// Bytes; 0 where the system does not say.
  static var bytes: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    return status.split(separator: "\n").reduce(0) { sum, line in
      guard line.hasPrefix("RssAnon:") || line.hasPrefix("RssShmem:") else { return sum }
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
      return sum + 1024 * kibibytes
    }
  }
}

import Foundation

/// Names and what there is to say of them, aligned.
struct Description {
  private static let nameWidth = 16
  private(set) var lines: [String] = []

  var text: String { lines.joined(separator: "\n") }

  mutating func add(_ name: String, _ value: String) {
    let padding = String(repeating: " ", count: max(1, Description.nameWidth - name.count))
    lines.append(value.isEmpty ? name : name + padding + value)
  }

  /// A line below the one before it.
  mutating func add(continuing value: String) {
    lines.append(String(repeating: " ", count: Description.nameWidth) + value)
  }

  /// The bytes of a file; 0 if it cannot be examined.
  static func byteCount(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}

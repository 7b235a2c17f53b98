import StrictJSON

/// Kinds of text, recognized by how the first lines are made.
enum TextKind {
  /// Bytes that are looked at, but for JSON.
  private static let limit = 1 << 16

  /// The kind of a text; nil when the bytes are no text in UTF-8.
  static func kind(of bytes: UnsafeRawBufferPointer) -> FileKind? {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = UnsafeRawBufferPointer(rebasing: bytes[(bytes.starts(with: byteOrderMark) ? 3 : 0)...])
    guard let text = beginning(content) else { return nil }
    let trimmed = text.drop { $0.isWhitespace }
    if isWebPage(trimmed) { return .webPage }
    if trimmed.first == "{" || trimmed.first == "[" {
      return isJSONLines(trimmed) ? .jsonLines : JSONOutline.kind(of: content)
    }
    if text.prefixMatch(of: /([A-Za-z0-9+\/]{4})*[A-Za-z0-9+\/=]{4} [0-9]+\r?\n/) != nil { return .tokenRanks }
    let lines = text.split(whereSeparator: \.isNewline)
    return isYAML(lines) ? .yaml : isTable(lines) ? .table : .text
  }

  /// The first bytes as a text, nil when they hold control characters or are not UTF-8.
  private static func beginning(_ bytes: UnsafeRawBufferPointer) -> String? {
    var end = min(bytes.count, limit)
    // Not in the middle of a character.
    while end < bytes.count, end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    let piece = bytes[..<end]
    let isPlain = piece.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    return isPlain ? String(validating: piece, as: UTF8.self) : nil
  }

  // MARK: Kinds

  private static func isWebPage(_ text: Substring) -> Bool {
    let start = text.prefix(14).lowercased()
    return ["<!doctype html", "<html", "<?xml"].contains { start.hasPrefix($0) }
  }

  /// Whether the first line is a JSON value and another value begins in the next one.
  private static func isJSONLines(_ text: Substring) -> Bool {
    let lines = text.split(maxSplits: 1, whereSeparator: \.isNewline)
    guard lines.count == 2, let next = lines[1].first(where: { !$0.isWhitespace }), "{[".contains(next) else {
      return false
    }
    return Array(lines[0].utf8).withUnsafeBytes { (try? JSONReader.read($0, valueLimit: limit)) != nil }
  }

  /// Whether every line that is not indented is a key with a colon, an element with a dash, or a comment.
  private static func isYAML(_ lines: [Substring]) -> Bool {
    let outer = lines.filter { $0.first.map { !$0.isWhitespace && $0 != "#" } ?? false && $0 != "---" }
    return !outer.isEmpty && outer.allSatisfy { $0.hasPrefix("- ") || startsWithKey($0) }
  }

  private static func startsWithKey(_ line: Substring) -> Bool {
    guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return false }
    let rest = line[line.index(after: colon)...]
    return (rest.isEmpty || rest.first == " ")
      && line[..<colon].allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
  }

  /// Whether the first two lines have equally many separators.
  private static func isTable(_ lines: [Substring]) -> Bool {
    guard lines.count > 1 else { return false }
    return [",", "\t", ";"].contains { (separator: Character) in
      let count = fields(lines[0], separator)
      return count > 1 && fields(lines[1], separator) == count
    }
  }

  /// How many fields a line has; separators in quotes do not count.
  private static func fields(_ line: Substring, _ separator: Character) -> Int {
    var isQuoted = false
    return line.reduce(into: 1) { count, character in
      if character == "\"" { isQuoted.toggle() }
      if character == separator && !isQuoted { count += 1 }
    }
  }
}

import Basics

/// Reads comma-separated values as RFC 4180 has them: a field in quotes may hold commas, line breaks and doubled
/// quotes.
package struct CSVFile {
  /// One row of the table.
  package struct Row {
    /// The line on which it begins, counted from 1.
    package let line: Int
    /// The row's fields, quotes taken off.
    package let fields: [String]
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let path: String
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// All rows of the file at `path`, which has at most `limit` bytes; throws a `TextFileError` that names the line.
  package static func rows(path: String, limit: Int) throws -> [Row] {
    var file = CSVFile(path: path, bytes: try BoundedFile.read(path: path, limit: limit, throwing: TextFileError.self))
    var rows: [Row] = []
    while let row = try file.nextRow() { rows.append(row) }
    return rows
  }

  /// Takes the content of the file at `path`; a byte order mark at its beginning is no part of the first field.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next row, nil at the end of the file; throws a `TextFileError` that names the line.
  package mutating func nextRow() throws -> Row? { position < bytes.count ? try readRow() : nil }

  // MARK: Rows

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func readRow() throws -> Row {
    let first = line
    var fields: [String] = []
    repeat {
      let begin = line
      let field = next == Self.quote ? try readQuoted() : readBare()
      guard let text = String(validating: field, as: UTF8.self) else {
        throw TextFileError.input(path, line: begin, "the text is not UTF-8; save the file as UTF-8")
      }
      fields.append(text)
    } while skip(Self.comma)
    if next == Self.carriageReturn, position + 1 < bytes.count, bytes[position + 1] == Self.lineFeed { position += 1 }
    guard position == bytes.count || skip(Self.lineFeed) else {
      throw TextFileError.input(
        path, line: line,
        "a carriage return stands alone, or text behind a field in quotes; double the quotes inside a field")
    }
    line += 1
    return Row(line: first, fields: fields)
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Reads up to a comma or the end of the line; quotes in such a field are a part of it, as people write them.
  private mutating func readBare() -> [UInt8] {
    let start = position
    while let byte = next, ![Self.comma, Self.lineFeed, Self.carriageReturn].contains(byte) {
      position += 1
    }
    return Array(bytes[start..<position])
  }

  /// Reads a field in quotes, up to behind the second of them.
  private mutating func readQuoted() throws -> [UInt8] {
    let begin = line
    var field: [UInt8] = []
    position += 1
    while let byte = next {
      position += 1
      if byte == Self.quote {
        guard skip(Self.quote) else { return field }
      } else if byte == Self.lineFeed {
        line += 1
      }
      field.append(byte)
    }
    throw TextFileError.input(path, line: begin, "a quote is not closed; close it, or double the quotes inside a field")
  }
}

import Basics
/// Writes rows of named values as text.
struct RowEncoder {
  enum Value {
    case nothing
    case integer(Int)
    /// Written as nothing where it is not finite.
    case number(Float)
    /// Written as nothing where it is not finite.
    case double(Double)
    case text(String)
    /// A value that `encoded` made.
    case encoded([UInt8])
  }

  private let format: TextFormat
  private let names: [String]
  /// What stands in front of each value.
  private let heads: [[UInt8]]

  init(format: TextFormat, names: [String]) {
    self.format = format
    self.names = names
    heads = names.enumerated().map { index, name in
      switch format {
      case .csv: index == 0 ? [] : Array(",".utf8)
      case .jsonl: Array((index == 0 ? "{" : ",").utf8) + RowEncoder.json(name) + Array(":".utf8)
      }
    }
  }

  /// What stands before the first row.
  var header: [UInt8] {
    switch format {
    case .csv: Array(names.map(RowEncoder.csv).joined(separator: ",".utf8)) + Array("\n".utf8)
    case .jsonl: []
    }
  }

  /// Appends a value to the row at the end of `bytes`.
  func append(_ value: Value, column: Int, to bytes: inout [UInt8]) {
    bytes += heads[column]
    switch value {
    case .nothing: append(nothingTo: &bytes)
    case .integer(let number): bytes += String(number).utf8
    case .number(let number):
      // The shortest digits that give the same float again.
      if number.isFinite { bytes += number.description.utf8 } else { append(nothingTo: &bytes) }
    case .double(let number):
      if number.isFinite { bytes += number.description.utf8 } else { append(nothingTo: &bytes) }
    case .text(let text): bytes += encoded(text)
    case .encoded(let text): bytes += text
    }
  }

  /// Ends the row at the end of `bytes`.
  func end(_ bytes: inout [UInt8]) { bytes += (format == .csv ? "\n" : "}\n").utf8 }

  /// A text as it stands in a row.
  func encoded(_ text: String) -> [UInt8] { format == .csv ? RowEncoder.csv(text) : RowEncoder.json(text) }

  private func append(nothingTo bytes: inout [UInt8]) { if format == .jsonl { bytes += "null".utf8 } }

  // MARK: Text

  private static let quote = UInt8(ascii: "\"")

  /// In quotes where there is a comma, a quote or a line break (RFC 4180).
  private static func csv(_ text: String) -> [UInt8] {
    // Many readers end a text at a zero byte.
    let text = text.withoutZeros
    let special: (UInt8) -> Bool = { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
    guard text.utf8.contains(where: special) else { return Array(text.utf8) }
    var bytes = [quote]
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
    return bytes
  }

  /// A string of RFC 8259.
  private static func json(_ text: String) -> [UInt8] {
    var bytes = [quote]
    for byte in text.utf8 {
      switch byte {
      case quote, UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case ..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(quote)
    return bytes
  }
}

import Configuration
import StrictJSON
import Weights

/// The whole text of a stranger's file.
package enum TextOfFile {
  /// Bytes of a file of labels, relations or text, at most.
  private static let byteLimit = 1 << 30
  /// Values of a JSON text, at most: some gigabytes.
  private static let valueLimit = 1 << 26

  /// The lines of a text in UTF-8, without their ends; a mark of byte order is left out, and so is nothing behind the
  /// last end.
  package static func lines(_ path: String) throws -> [String] {
    var lines = try read(path).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    // Bytes are counted, because "\r\n" is one character.
    return lines.map { String(Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0)) }
  }

  /// A text in UTF-8; a mark of byte order is left out.
  package static func read(_ path: String) throws -> String {
    try withBytes(of: path) { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw TextFileError("cannot read \(path): the text is not UTF-8; save the file as UTF-8")
      }
      return text
    }
  }

  /// The value of a JSON text; a mark of byte order is left out.
  package static func readJSON(_ path: String) throws -> JSONValue {
    try withBytes(of: path) { bytes in
      do {
        return try JSONReader.read(bytes, valueLimit: valueLimit)
      } catch {
        throw TextFileError("cannot read \(path): \(error); make the file again")
      }
    }
  }

  /// The first byte that is no blank, behind a mark of byte order; nil: there is none.
  package static func firstCharacter(_ path: String) throws -> UInt8? {
    try withBytes(of: path) { bytes in bytes.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } }
  }

  /// Hands over the bytes behind a mark of byte order.
  private static func withBytes<Value>(of path: String, _ body: (UnsafeRawBufferPointer) throws -> Value) throws
    -> Value
  {
    let file = try MappedFile(path: path)
    guard file.byteCount <= byteLimit else {
      throw TextFileError(
        "cannot read \(path): it has \(file.byteCount) bytes, and at most \(byteLimit) are read; name a smaller file")
    }
    return try withExtendedLifetime(file) {
      let isMarked = file.bytes.starts(with: [0xEF, 0xBB, 0xBF])
      return try body(UnsafeRawBufferPointer(rebasing: file.bytes.dropFirst(isMarked ? 3 : 0)))
    }
  }
}

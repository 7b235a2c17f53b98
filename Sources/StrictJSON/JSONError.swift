import Basics

/// Why a JSON text is refused: what was seen, and at which byte, counted from 0.
///
/// Who reads a file makes an error of its own of it, which names the file and says what to do.
public enum JSONError: Error, CustomStringConvertible, Sendable {
  /// Something else was seen than what may stand there.
  case malformed(seen: String, wanted: String, offset: Int)
  /// Two members of an object have one name.
  case duplicateName(ByteString, offset: Int)
  /// The bytes are not UTF-8.
  case notUTF8(offset: Int)
  /// Lists and objects are nested deeper than `limit`.
  case tooDeep(limit: Int, offset: Int)
  /// There are more values than `limit`.
  case tooManyValues(limit: Int, offset: Int)

  /// The byte, counted from 0.
  public var offset: Int {
    switch self {
    case .malformed(_, _, let offset), .duplicateName(_, let offset), .notUTF8(let offset), .tooDeep(_, let offset),
      .tooManyValues(_, let offset):
      offset
    }
  }

  /// The line of that byte in the text that was refused, counted from 1.
  public func line(in bytes: UnsafeRawBufferPointer) -> Int {
    1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
  }

  /// A clause to follow "cannot read FILE: ".
  public var description: String {
    switch self {
    case .malformed(let seen, let wanted, let offset):
      "it is not JSON at byte \(offset), where \(seen) stands in place of \(wanted)"
    case .duplicateName(let name, let offset):
      "the name \(name.text.quoted) occurs twice in one object, again at byte \(offset)"
    case .notUTF8(let offset): "the text at byte \(offset) is not UTF-8"
    case .tooDeep(let limit, let offset): "its values are nested deeper than \(limit) at byte \(offset)"
    case .tooManyValues(let limit, let offset): "it holds more than \(limit) values, the next at byte \(offset)"
    }
  }
}
